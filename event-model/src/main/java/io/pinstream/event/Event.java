package io.pinstream.event;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// One thing that happened at a sensor of a device.
///
/// @param kind what sort of thing
/// @param sensor which sensor
/// @param time when, in microseconds (finer is cut off: SenML's times are doubles, which carry that much exactly)
/// @param quality how far it can be believed
/// @param measurements what was seen, taken together; at least one, each quantity once
public record Event(Kind kind, SensorId sensor, Instant time, Quality quality, List<Measurement> measurements) {
    /// The sorts of events. The text travels as the SenML label `e`; a sample has none.
    public enum Kind {
        /// Measurements read from a sensor.
        SAMPLE("sample"),
        /// A line that changed, by interrupt.
        EDGE("edge"),
        /// What was dropped for want of room, named (see [Dropped]).
        DROPPED("dropped");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    public Event {
        time = time.truncatedTo(ChronoUnit.MICROS);
        measurements = List.copyOf(measurements);
        if (measurements.isEmpty()) {
            throw new IllegalArgumentException(
                    "an event of sensor %s needs at least one measurement".formatted(sensor));
        }
    }

    /// The time in microseconds since 1970.
    public long epochMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    public static Event sample(SensorId sensor, Instant time, Quality quality, List<Measurement> measurements) {
        return new Event(Kind.SAMPLE, sensor, time, quality, measurements);
    }

    public static Event edge(SensorId sensor, Instant time, Quality quality, List<Measurement> measurements) {
        return new Event(Kind.EDGE, sensor, time, quality, measurements);
    }
}
