package io.pinstream.report;

/// Texts as JSON has them, for commands that print a little JSON for scripts.
public final class JsonText {
    private JsonText() {}

    /// In quotes, with what JSON does not allow in a string escaped (RFC 8259, section 7).
    public static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
