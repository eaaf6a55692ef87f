package io.pinstream.sim.mqtt;

/// What an MQTT 5 reason code says (section 2.4), in words.
final class Reason {
    private static final int LONGEST = 120;

    private Reason() {}

    static String words(int code, String added) {
        var meaning = switch (code) {
            case 0x81 -> "malformed packet";
            case 0x82 -> "protocol error";
            case 0x01, 0x84 -> "it does not speak MQTT 5: it must";
            case 0x85 -> "it does not take this client id";
            case 0x86 -> "it wants a user name and a password, which a fleet has not";
            case 0x05, 0x87 -> "not authorized";
            case 0x88 -> "server unavailable";
            case 0x89 -> "server busy";
            case 0x8b -> "server shutting down";
            case 0x8d -> "keep alive timeout";
            case 0x8e -> "session taken over: another client uses the same client id";
            case 0x93 -> "receive maximum exceeded";
            case 0x95 -> "packet too large";
            case 0x96 -> "message rate too high";
            case 0x97 -> "quota exceeded";
            case 0x98 -> "administrative action";
            case 0x9f -> "connection rate exceeded";
            default -> "reason code 0x%02x".formatted(code);
        };
        return added.isEmpty() ? meaning : meaning + ", \"" + added + "\"";
    }

    /// Text from outside, made fit for a terminal.
    static String printable(String untrusted) {
        var safe = new StringBuilder(Math.min(untrusted.length(), LONGEST));
        untrusted.chars().limit(LONGEST).forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
