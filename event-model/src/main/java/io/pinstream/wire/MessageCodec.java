package io.pinstream.wire;

/// Messages as MQTT 5 envelopes, and back. See `wire.md` for the user properties.
public final class MessageCodec {
    /// What decoding an envelope gave.
    public sealed interface Decoded {
        /// A message whose header is valid; the payload of a pack has not been looked at.
        record Good(Message message) implements Decoded {}

        /// No message, and why; the reason is printable.
        record Malformed(String reason) implements Decoded {}
    }

    private final Topics topics;

    public MessageCodec(Topics topics) {
        this.topics = topics;
    }

    public Envelope encode(Message message) {
        throw new UnsupportedOperationException(message + topics.prefix());
    }

    /// Decodes what arrived on an up or down topic. Never throws, whatever arrived.
    public Decoded decode(Envelope envelope) {
        return new Decoded.Malformed("not written: " + envelope.topic());
    }
}
