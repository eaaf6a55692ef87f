package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import java.util.List;

/// Events of one device as a SenML pack (RFC 8428), and back.
public final class SenmlCodec {
    /// What decoding gave: a malformed payload is Tuesday, not an exception.
    public sealed interface Decoded {
        /// At least one event, in the order of the pack.
        record Events(List<Event> events) implements Decoded {}

        /// Nothing that can be used, and why; the reason is printable and names the record.
        record Malformed(String reason) implements Decoded {}
    }

    /// What a payload may cost, checked before memory is taken.
    public record Limits(int bytes, int records, int depth, int nameLength) {
        public static final Limits DEFAULT = new Limits(256 * 1024, 10_000, 4, 128);
    }

    private SenmlCodec() {}

    /// Encodes events of one device, in order.
    public static Payload encode(DeviceId device, List<Event> events, Payload.Format format) {
        throw new UnsupportedOperationException("encode " + device + events + format);
    }

    /// Decodes what claims to be a pack of `device`. Never throws, whatever the bytes are.
    public static Decoded decode(DeviceId device, Payload payload, Limits limits) {
        return new Decoded.Malformed("not written: " + device + payload + limits);
    }
}
