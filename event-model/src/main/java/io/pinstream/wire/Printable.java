package io.pinstream.wire;

/// Text from outside, made fit for a message: printable ASCII, at most 80 characters unless told.
final class Printable {
    private static final int LONGEST = 80;

    private Printable() {}

    static String text(String untrusted) {
        return text(untrusted, LONGEST);
    }

    static String text(String untrusted, int longest) {
        var safe = new StringBuilder(Math.min(untrusted.length(), longest));
        untrusted.chars().limit(longest).forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
