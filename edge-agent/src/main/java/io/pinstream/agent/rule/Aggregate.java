package io.pinstream.agent.rule;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes one event of all good samples of a window: for each figure `q` the least, the mean and the largest as
/// `q_min`, `q_mean` and `q_max` in the unit of `q`, and how many `readings` there were. A truth or a text stands
/// as it was last.
///
/// Windows lie on the grid of the monotonic clock. An event has the time of the last reading in it. What is not
/// good has no part in a window and goes on by itself. Memory is that of one reading. For one thread.
final class Aggregate {
    static final Quantity READINGS = new Quantity("readings", new Unit("count"));
    private static final String LONGEST_SUFFIX = "_mean";

    /// One figure of the window.
    private static final class Figure {
        private final Quantity quantity;
        private double least = Double.POSITIVE_INFINITY;
        private double largest = Double.NEGATIVE_INFINITY;
        private double sum;
        private long count;

        Figure(Quantity quantity) {
            this.quantity = quantity;
        }

        void take(double figure) {
            least = Math.min(least, figure);
            largest = Math.max(largest, figure);
            sum += figure;
            count++;
        }

        void tell(List<Measurement> measurements) {
            measurements.add(Measurement.of(named("_min"), least));
            // A mean of equal figures is that figure, and never beyond the least or the largest by a rounding.
            measurements.add(Measurement.of(named("_mean"), Math.clamp(sum / count, least, largest)));
            measurements.add(Measurement.of(named("_max"), largest));
        }

        private Quantity named(String suffix) {
            return new Quantity(quantity.name() + suffix, quantity.unit());
        }
    }

    private final long windowNanos;
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final Map<String, Measurement> others = new LinkedHashMap<>();
    private Optional<SensorId> sensor = Optional.empty();
    private Instant last = Instant.MIN;
    private long window;
    private long readings;

    Aggregate(Duration window) {
        this.windowNanos = window.toNanos();
    }

    /// What is sent of a sensor that gives these quantities.
    static List<Quantity> quantities(List<Quantity> given) {
        var sent = new ArrayList<Quantity>();
        for (var quantity : given) {
            if (quantity.equals(Quantity.ACTIVE)) {
                sent.add(quantity);
            } else {
                for (var suffix : List.of("_min", "_mean", "_max")) {
                    sent.add(new Quantity(quantity.name() + suffix, quantity.unit()));
                }
            }
        }
        sent.add(READINGS);
        return List.copyOf(sent);
    }

    /// A quantity whose name is too long for what would be sent of it; empty if there is none.
    static Optional<Quantity> tooLong(List<Quantity> given) {
        return given.stream()
                .filter(quantity -> quantity.name().length() + LONGEST_SUFFIX.length() > Quantity.LONGEST)
                .findFirst();
    }

    /// Takes a good sample; the event of the window before, if this one begins another.
    Optional<Event> take(Event sample, long nanos) {
        var ended = due(nanos);
        window = Math.floorDiv(nanos, windowNanos);
        sensor = Optional.of(sample.sensor());
        last = sample.time();
        readings++;
        for (var measurement : sample.measurements()) {
            var quantity = measurement.quantity();
            if (measurement.value() instanceof Value.Decimal(double number)) {
                figures.computeIfAbsent(quantity.name(), _ -> new Figure(quantity))
                        .take(number);
            } else {
                others.put(quantity.name(), measurement);
            }
        }
        return ended;
    }

    /// The event of the window, if it is over.
    Optional<Event> due(long nanos) {
        return readings > 0 && Math.floorDiv(nanos, windowNanos) != window ? Optional.of(end()) : Optional.empty();
    }

    /// The event of a window that is cut short; empty if nothing is in it.
    Optional<Event> rest() {
        return readings > 0 ? Optional.of(end()) : Optional.empty();
    }

    /// How long until the window is over; for ever if nothing is in it.
    long waitNanos(long nanos) {
        return readings == 0 ? Long.MAX_VALUE : Math.max(0, (window + 1) * windowNanos - nanos);
    }

    private Event end() {
        var measurements = new ArrayList<Measurement>();
        figures.values().forEach(figure -> figure.tell(measurements));
        measurements.addAll(others.values());
        measurements.add(Measurement.of(READINGS, (double) readings));
        var event = Event.sample(sensor.orElseThrow(), last, Quality.GOOD, measurements);
        figures.clear();
        others.clear();
        readings = 0;
        return event;
    }
}
