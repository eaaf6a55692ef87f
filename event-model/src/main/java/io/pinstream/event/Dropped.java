package io.pinstream.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What was dropped on purpose, or lost to a damaged disk: how many events of which sensors, from when to when,
/// and why.
///
/// It travels as an [Event] of kind [Event.Kind#DROPPED] of the sensor `outbox`, in a SKIP pack.
///
/// @param events how many events; 0 where it cannot be known
/// @param sensors whose events; the event names as many as fit its text
public record Dropped(long events, List<SensorId> sensors, Instant from, Instant to, String reason) {
    public static final SensorId OUTBOX = new SensorId("outbox");

    private static final Quantity EVENTS = new Quantity("events", new Unit("count"));
    private static final Quantity SENSORS = new Quantity("sensors", Unit.NONE);
    private static final Quantity FROM = new Quantity("first", Unit.NONE);
    private static final Quantity TO = new Quantity("last", Unit.NONE);
    private static final Quantity REASON = new Quantity("reason", Unit.NONE);

    public Dropped {
        sensors = List.copyOf(sensors);
        if (events < 0) {
            throw new IllegalArgumentException("dropped events must not be negative, but were " + events);
        }
    }

    public Event toEvent() {
        var measurements = new ArrayList<Measurement>();
        measurements.add(Measurement.of(EVENTS, (double) events));
        measurements.add(Measurement.of(
                SENSORS, limited(sensors.stream().map(SensorId::value).collect(Collectors.joining(" ")))));
        measurements.add(Measurement.of(FROM, from.toString()));
        measurements.add(Measurement.of(TO, to.toString()));
        measurements.add(Measurement.of(REASON, limited(reason)));
        return new Event(Event.Kind.DROPPED, OUTBOX, to, Quality.GOOD, measurements);
    }

    private static String limited(String text) {
        return text.length() <= Value.Text.LONGEST ? text : text.substring(0, Value.Text.LONGEST - 1) + "…";
    }
}
