package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.wire.SenmlCodec.Decoded;
import io.pinstream.wire.SenmlCodec.Limits;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What an agent may say arrives as it was said. A failure prints its seed and the smallest pack that fails.
class SenmlPropertyTest {
    /// Names may have 128 characters by default; a device, a sensor and a quantity of 64 each have 194.
    private static final Limits WIDE = new Limits(256 * 1024, 10_000, 4, 200);

    @Property(tries = 2_000)
    void anyPackIsReadAsItWasWritten(
            @ForAll("devices") DeviceId device, @ForAll("packs") List<Event> events, @ForAll Payload.Format format) {
        var decoded = SenmlCodec.decode(device, SenmlCodec.encode(device, events, format), WIDE);

        assertThat(decoded).isEqualTo(new Decoded.Events(events));
    }

    /// The names that a decoder remembers never leak from one pack into another.
    @Property(tries = 500)
    void aDecoderThatIsUsedAgainReadsTheSame(
            @ForAll("packs") List<Event> one, @ForAll("packs") List<Event> other, @ForAll Payload.Format format) {
        var device = new DeviceId("d");
        var decoder = new SenmlDecoder(WIDE);

        for (var events : List.of(one, other, one)) {
            assertThat(decoder.decode(device, SenmlCodec.encode(device, events, format)))
                    .isEqualTo(new Decoded.Events(events));
        }
    }

    @Provide
    Arbitrary<DeviceId> devices() {
        return AnyEvents.ids().map(DeviceId::new);
    }

    @Provide
    Arbitrary<List<Event>> packs() {
        return AnyEvents.packs();
    }
}
