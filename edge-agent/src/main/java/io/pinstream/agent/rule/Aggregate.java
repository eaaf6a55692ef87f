package io.pinstream.agent.rule;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes one event of all samples of a window: for each figure `q` the least, the mean and the largest of the good
/// ones as `q_min`, `q_mean` and `q_max` in the unit of `q`, and how many `readings` these are. A truth or a text
/// stands as it was last.
///
/// A sample whose value cannot be believed has no part in the figures: it is counted in `readings_bad`, which
/// stands where there is one, and the window has its flaws. Beside that the first of each quality goes on by
/// itself, at once and once as long as it lasts: a fault need not wait for the end of its window, and one that
/// comes 50 times a second is no flood.
///
/// Windows lie on the grid of the monotonic clock, and an event has the time of the last sample that it stands
/// for. A sample that comes when its window is over belongs to the next one. Memory is that of one sample. For
/// one thread.
final class Aggregate {
    static final Quantity READINGS = new Quantity("readings", new Unit("count"));
    static final Quantity READINGS_BAD = new Quantity("readings_bad", new Unit("count"));
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
    private final Set<Quality> told = new HashSet<>();
    private Optional<Event> last = Optional.empty();
    private Quality quality = Quality.GOOD;
    private Quality lastQuality = Quality.GOOD;
    private long window = Long.MIN_VALUE;
    private long readings;
    private long bad;

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
        sent.add(READINGS_BAD);
        return List.copyOf(sent);
    }

    /// A quantity whose name is too long for what would be sent of it; empty if there is none.
    static Optional<Quantity> tooLong(List<Quantity> given) {
        return given.stream()
                .filter(quantity -> quantity.name().length() + LONGEST_SUFFIX.length() > Quantity.LONGEST)
                .findFirst();
    }

    /// Takes a sample. What goes on is the event of the window before, if this one begins another, and the sample
    /// itself, if it is the first of its fault.
    List<Event> take(Event sample, long nanos) {
        var on = new ArrayList<Event>();
        due(nanos).ifPresent(on::add);
        long now = Math.max(window, Math.floorDiv(nanos, windowNanos));
        if (now != window) {
            window = now;
            told.clear();
            told.add(lastQuality);
        }
        boolean good = sample.quality().isValueGood();
        var flaws = sample.quality().without(Flaw.TIME_UNKNOWN);
        lastQuality = flaws;
        quality = quality.with(flaws);
        if (good) {
            readings++;
            sample.measurements().forEach(this::take);
        } else {
            bad++;
        }
        if (!good && told.add(flaws)) {
            on.add(sample);
        } else {
            last = Optional.of(sample);
        }
        return on;
    }

    private void take(Measurement measurement) {
        var quantity = measurement.quantity();
        if (measurement.value() instanceof Value.Decimal(double number)) {
            figures.computeIfAbsent(quantity.name(), _ -> new Figure(quantity)).take(number);
        } else {
            others.put(quantity.name(), measurement);
        }
    }

    /// The event of the window, if it is over.
    Optional<Event> due(long nanos) {
        return Math.floorDiv(nanos, windowNanos) > window ? rest() : Optional.empty();
    }

    /// The event of a window that is cut short; empty if nothing is in it that has not gone on by itself.
    Optional<Event> rest() {
        var event = last.map(this::end);
        figures.clear();
        others.clear();
        quality = Quality.GOOD;
        last = Optional.empty();
        readings = 0;
        bad = 0;
        return event;
    }

    /// How long until the window is over; for ever if nothing is in it.
    long waitNanos(long nanos) {
        return readings + bad == 0 ? Long.MAX_VALUE : Math.max(0, (window + 1) * windowNanos - nanos);
    }

    private Event end(Event newest) {
        var measurements = new ArrayList<Measurement>();
        figures.values().forEach(figure -> figure.tell(measurements));
        measurements.addAll(others.values());
        measurements.add(Measurement.of(READINGS, (double) readings));
        if (bad > 0) {
            measurements.add(Measurement.of(READINGS_BAD, (double) bad));
            if (!newest.quality().isValueGood()) {
                newest.measurements().stream()
                        .filter(measurement -> measurement.quantity().equals(Quantity.FAULT))
                        .forEach(measurements::add);
            }
        }
        // Whether its time is right is a matter of the sample that it is from.
        boolean timeUnknown = newest.quality().flaws().contains(Flaw.TIME_UNKNOWN);
        return Event.sample(
                newest.sensor(), newest.time(), timeUnknown ? quality.with(Flaw.TIME_UNKNOWN) : quality, measurements);
    }
}
