package io.pinstream.config;

import io.pinstream.config.YamlNode.Mapping;
import io.pinstream.config.YamlNode.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What reading one file came to, whatever is wrong with it.
///
/// @param name as the user gave it
/// @param root empty if the file could not be understood
/// @param broken whether it could not be read to its end
record ConfigFile(String name, Mapping root, List<Problem> problems, boolean broken, Placeholders placeholders) {
    static final int LARGEST = 1 << 20;

    static ConfigFile load(Path file) {
        var directory = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
        var placeholders = new Placeholders(System::getenv, directory);
        var name = file.toString();
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            return bytes.length > LARGEST
                    ? unreadable(name, placeholders, "a file may have at most %d bytes".formatted(LARGEST))
                    : parse(name, utf8(bytes), placeholders);
        } catch (NoSuchFileException e) {
            return unreadable(name, placeholders, "there is no such file");
        } catch (AccessDeniedException e) {
            return unreadable(name, placeholders, "this user may not read it");
        } catch (CharacterCodingException e) {
            return unreadable(name, placeholders, "it is not UTF-8");
        } catch (IOException e) {
            return unreadable(name, placeholders, "it cannot be read: " + e.getMessage());
        }
    }

    static ConfigFile parse(String name, String yaml, Placeholders placeholders) {
        var problems = new ArrayList<Problem>();
        var root = YamlReader.read(name, yaml, problems);
        return new ConfigFile(name, root.orElse(nothing(name)), problems, root.isEmpty(), placeholders);
    }

    /// A file, or a folder of files, whose only problem says why it cannot be read.
    static ConfigFile unreadable(String name, Placeholders placeholders, String why) {
        return new ConfigFile(name, nothing(name), List.of(Problem.ofFile(name, why)), true, placeholders);
    }

    private static Mapping nothing(String name) {
        return new Mapping(Place.startOf(name), List.of());
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
