package io.pinstream.wire;

/// Text from outside, made fit for a message: printable ASCII, at most 80 characters.
final class Printable {
    private static final int LONGEST = 80;

    private Printable() {}

    static String text(String untrusted) {
        var safe = new StringBuilder(Math.min(untrusted.length(), LONGEST));
        untrusted.chars().limit(LONGEST).forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
