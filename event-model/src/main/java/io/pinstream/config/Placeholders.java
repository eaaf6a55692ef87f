package io.pinstream.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Fills `${NAME}`, `${NAME:default}` and `${file:/path}` into values; `$${` is a plain `${`.
///
/// A path and a default may hold placeholders themselves: `${file:${CREDENTIALS_DIRECTORY}/mqtt}`. What they put
/// in is never looked at again.
final class Placeholders {
    static final int LARGEST_SECRET = 64 * 1024;
    private static final int DEEPEST = 8;

    /// @param fromFile whether a part came from a file, which is where secrets live
    record Filled(String text, boolean fromFile) {}

    /// A placeholder that cannot be filled; the message goes behind the key's path.
    static final class Unfilled extends Exception {
        private static final long serialVersionUID = 1;

        Unfilled(String message) {
            super(message);
        }
    }

    private final UnaryOperator<@Nullable String> environment;
    private final Path directory;

    /// @param environment a variable's value, null if it is not set
    /// @param directory what a relative path in `${file:…}` is relative to
    Placeholders(UnaryOperator<@Nullable String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    Filled fill(String text) throws Unfilled {
        return fill(text, 0);
    }

    private Filled fill(String text, int depth) throws Unfilled {
        if (depth > DEEPEST) {
            throw new Unfilled("has placeholders nested more than %d deep".formatted(DEEPEST));
        }
        var filled = new StringBuilder();
        boolean fromFile = false;
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                filled.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                int end = closing(text, at);
                var value = value(text.substring(at + 2, end), depth + 1);
                filled.append(value.text);
                fromFile |= value.fromFile;
                at = end + 1;
            } else {
                filled.append(text.charAt(at++));
            }
        }
        return new Filled(filled.toString(), fromFile);
    }

    private static int closing(String text, int from) throws Unfilled {
        int open = 0;
        for (int i = from; i < text.length(); i++) {
            if (text.startsWith("${", i)) {
                open++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        throw new Unfilled("has a ${ without its }; write $${ for a plain ${");
    }

    private Filled value(String inside, int depth) throws Unfilled {
        int colon = inside.indexOf(':');
        var name = colon < 0 ? inside : inside.substring(0, colon);
        if (colon >= 0 && name.equals("file")) {
            return new Filled(fileText(fill(inside.substring(colon + 1), depth).text), true);
        }
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new Unfilled(
                    "may hold ${NAME}, ${NAME:default} or ${file:/path}, but holds ${%s}; write $${ for a plain ${"
                            .formatted(inside));
        }
        var set = Optional.ofNullable(environment.apply(name));
        if (set.isPresent()) {
            return new Filled(set.get(), false);
        }
        if (colon < 0) {
            throw new Unfilled("needs the environment variable %s, which is not set; set it, or write ${%s:default}"
                    .formatted(name, name));
        }
        return fill(inside.substring(colon + 1), depth);
    }

    private String fileText(String name) throws Unfilled {
        try {
            var path = directory.resolve(name);
            byte[] bytes;
            try (var in = Files.newInputStream(path)) {
                bytes = in.readNBytes(LARGEST_SECRET + 1);
            }
            if (bytes.length > LARGEST_SECRET) {
                throw new Unfilled(
                        "takes the file %s, which may have at most %d bytes".formatted(name, LARGEST_SECRET));
            }
            var text = ConfigFile.utf8(bytes);
            // Editors and echo end a file with a new line that is no part of the secret.
            return text.endsWith("\n") ? text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1)) : text;
        } catch (NoSuchFileException e) {
            throw new Unfilled("takes the file %s, which does not exist".formatted(name));
        } catch (AccessDeniedException e) {
            throw new Unfilled("takes the file %s, which this user may not read".formatted(name));
        } catch (CharacterCodingException e) {
            throw new Unfilled("takes the file %s, which is not %s".formatted(name, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new Unfilled("takes the file %s, which cannot be read: %s".formatted(name, e.getMessage()));
        }
    }
}
