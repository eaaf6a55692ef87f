package io.pinstream.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// From a file to a [ConfigTree], whatever is wrong with the file.
final class ConfigFile {
    static final int LARGEST = 1 << 20;

    private ConfigFile() {}

    static ConfigTree read(Path file) {
        var directory = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
        var placeholders = new Placeholders(System::getenv, directory);
        var name = file.toString();
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST
                    ? ConfigTree.unreadable(name, placeholders, "a file may have at most %d bytes".formatted(LARGEST))
                    : ConfigTree.parse(name, utf8(bytes), placeholders);
        } catch (NoSuchFileException e) {
            return ConfigTree.unreadable(name, placeholders, "there is no such file");
        } catch (AccessDeniedException e) {
            return ConfigTree.unreadable(name, placeholders, "this user may not read it");
        } catch (CharacterCodingException e) {
            return ConfigTree.unreadable(name, placeholders, "it is not UTF-8");
        } catch (IOException e) {
            return ConfigTree.unreadable(name, placeholders, "it cannot be read: " + e.getMessage());
        }
    }

    /// Strictly: a wrong byte is an error and not a question mark.
    static String utf8(byte[] bytes) throws CharacterCodingException {
        var text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
