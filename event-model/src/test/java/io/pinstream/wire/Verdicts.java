package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.wire.SenmlCodec.Limits;
import java.time.Instant;
import java.util.List;

/// What must hold for any input whatever, for fuzz and property tests: a value that can be passed on, or a reason
/// that can be logged, for a bounded price.
final class Verdicts {
    static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    /// Long enough for every reason with the 80 characters of a device's own text, and no more than a line.
    static final int LONGEST_REASON = 300;
    /// What is short in CBOR may be long in JSON.
    private static final Limits WIDE = new Limits(64 * 1024 * 1024, 10_000, 4, 128);
    /// After 2106 a double no longer holds every microsecond (its steps are wider than one).
    private static final Instant EXACT = Instant.ofEpochSecond(1L << 32);

    private Verdicts() {}

    /// Decodes bytes as a pack. What could be read is written and read again in both formats: nothing that comes in
    /// may be something that cannot go on.
    static SenmlCodec.Decoded check(Payload.Format format, byte[] bytes) {
        var decoded = SenmlCodec.decode(DEVICE, new Payload(format, bytes), Limits.DEFAULT);
        switch (decoded) {
            case SenmlCodec.Decoded.Malformed(String reason) -> checkReason(reason);
            case SenmlCodec.Decoded.Events(List<Event> events) -> {
                assertThat(events).isNotEmpty();
                if (events.stream().allMatch(event -> event.time().isBefore(EXACT))) {
                    for (var again : Payload.Format.values()) {
                        var payload = SenmlCodec.encode(DEVICE, events, again);
                        assertThat(SenmlCodec.decode(DEVICE, payload, WIDE)).isEqualTo(decoded);
                    }
                }
            }
        }
        return decoded;
    }

    static MessageCodec.Decoded check(MessageCodec codec, Envelope envelope) {
        var decoded = codec.decode(envelope);
        switch (decoded) {
            case MessageCodec.Decoded.Malformed(String reason) -> checkReason(reason);
            case MessageCodec.Decoded.Good(Message message) ->
                assertThat(codec.decode(codec.encode(message))).isEqualTo(decoded);
        }
        return decoded;
    }

    private static void checkReason(String reason) {
        assertThat(reason).isNotBlank().hasSizeLessThanOrEqualTo(LONGEST_REASON);
        assertThat(reason.chars().allMatch(c -> c >= ' ' && c < 0x7f))
                .as(reason)
                .isTrue();
    }
}
