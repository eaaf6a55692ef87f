package io.pinstream.agent.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Value;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Packs that can be told apart, for tests.
final class Packs {
    static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    static final SensorId AIR = new SensorId("air");
    static final SensorId DOOR = new SensorId("door");
    static final Instant BEGAN = Instant.parse("2026-11-23T04:00:00Z");

    private Packs() {}

    /// One sample whose value is the number.
    static Packed sample(long number) {
        return of(Event.sample(AIR, BEGAN.plusSeconds(number), Quality.GOOD, value(number)));
    }

    /// One edge whose value is the number.
    static Packed edge(long number) {
        return of(Event.edge(DOOR, BEGAN.plusSeconds(number), Quality.GOOD, value(number)));
    }

    /// So many samples in one pack.
    static Packed samples(long number, int events) {
        var all = new ArrayList<Event>();
        for (int i = 0; i < events; i++) {
            all.add(Event.sample(AIR, BEGAN.plusSeconds(number).plusMillis(i), Quality.GOOD, value(number)));
        }
        return new Packed(SenmlCodec.encode(DEVICE, all, Payload.Format.CBOR), events, false);
    }

    private static Packed of(Event event) {
        var payload = SenmlCodec.encode(DEVICE, List.of(event), Payload.Format.CBOR);
        return new Packed(payload, 1, event.kind() == Event.Kind.EDGE);
    }

    private static List<Measurement> value(long number) {
        return List.of(Measurement.of(Quantity.TEMPERATURE, (double) number));
    }

    /// The number that a pack was made of.
    static long number(Payload payload) {
        var decoded = SenmlCodec.decode(DEVICE, payload, SenmlCodec.Limits.DEFAULT);
        assertThat(decoded).isInstanceOf(SenmlCodec.Decoded.Events.class);
        var event = ((SenmlCodec.Decoded.Events) decoded).events().getFirst();
        var value = event.measurements().getFirst().value();
        return (long) ((Value.Decimal) value).number();
    }
}
