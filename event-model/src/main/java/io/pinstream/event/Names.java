package io.pinstream.event;

import java.util.Optional;

/// The rule that device ids and sensor ids share. By hand, not by regex: it runs for every message that arrives.
final class Names {
    private Names() {}

    static Optional<String> problemWith(String what, String text, int longest) {
        if (text.isEmpty() || text.length() > longest) {
            return Optional.of("%s must have 1 to %d characters, but has %d".formatted(what, longest, text.length()));
        }
        if (text.charAt(0) == '.') {
            return Optional.of("%s must not start with a dot: \"%s\"".formatted(what, printable(text)));
        }
        for (int i = 0; i < text.length(); i++) {
            if (!allowed(text.charAt(i))) {
                return Optional.of("%s may hold only A-Z a-z 0-9 . _ - but is \"%s\"".formatted(what, printable(text)));
            }
        }
        return Optional.empty();
    }

    private static boolean allowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }

    /// Text from a device is untrusted: nothing but printable ASCII reaches a message.
    static String printable(String text) {
        var safe = new StringBuilder(text.length());
        text.chars().limit(80).forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
