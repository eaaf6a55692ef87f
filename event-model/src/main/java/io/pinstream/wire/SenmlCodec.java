package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import java.util.List;

/// Events of one device as a SenML pack (RFC 8428), and back. Any SenML tool reads what is written here.
///
/// - The first record carries the base name `<device>/` and the base time; each record is named
///   `<sensor>/<quantity>`.
/// - Records of the same sensor, time, kind and quality that stand together are one event.
/// - The extra label `q` is the quality where it is not good, `e` the kind where it is not a sample. Unknown
///   labels are ignored; unknown labels that end in `_` are an error (section 4.4).
/// - Times are absolute, to the microsecond. `u` stands only at numbers. Sums (`s`, `bs`) and data (`vd`) are
///   refused.
///
/// Static and without state: for any thread. A lane that decodes much keeps a [SenmlDecoder] of its own.
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

        public Limits {
            if (bytes < 1 || records < 1 || depth < 2 || nameLength < 3) {
                throw new IllegalArgumentException(
                        "limits must allow at least 1 byte, 1 record, depth 2 and names of 3 characters, but are "
                                + "%d, %d, %d and %d".formatted(bytes, records, depth, nameLength));
            }
        }
    }

    private SenmlCodec() {}

    /// Encodes events of one device, in order.
    ///
    /// @throws IllegalArgumentException if there are none, or if two that stand together could not be told apart
    ///     again: the times of one sensor must differ
    public static Payload encode(DeviceId device, List<Event> events, Payload.Format format) {
        if (events.isEmpty()) {
            throw new IllegalArgumentException("a pack of %s needs at least one event".formatted(device));
        }
        for (int i = 1; i < events.size(); i++) {
            var one = events.get(i - 1);
            var next = events.get(i);
            if (one.sensor().equals(next.sensor())
                    && one.time().equals(next.time())
                    && one.kind() == next.kind()
                    && one.quality().equals(next.quality())) {
                throw new IllegalArgumentException(
                        "two events of sensor %s at %s would become one".formatted(one.sensor(), one.time()));
            }
        }
        return new Payload(
                format,
                switch (format) {
                    case CBOR -> CborSenml.write(device, events);
                    case JSON -> JsonSenml.write(device, events);
                });
    }

    /// Decodes what claims to be a pack of `device`. Never throws, whatever the bytes are.
    public static Decoded decode(DeviceId device, Payload payload, Limits limits) {
        return new SenmlDecoder(limits).decode(device, payload);
    }
}
