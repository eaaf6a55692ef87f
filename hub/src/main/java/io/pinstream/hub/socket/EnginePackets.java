package io.pinstream.hub.socket;

/// Whether a text is made of Engine.IO packets, as far as the library does not look: it breaks at a packet of an
/// unknown type, and passes over an empty one.
final class EnginePackets {
    static final String CLOSE = "1";

    private static final char SEPARATOR = '\u001e';
    private static final String TYPES = "0123456b";

    private EnginePackets() {}

    /// One packet, or several with separators between them.
    static boolean fit(String payload) {
        int start = 0;
        while (true) {
            if (start >= payload.length() || TYPES.indexOf(payload.charAt(start)) < 0) {
                return false;
            }
            int end = payload.indexOf(SEPARATOR, start);
            if (end < 0) {
                return true;
            }
            start = end + 1;
        }
    }
}
