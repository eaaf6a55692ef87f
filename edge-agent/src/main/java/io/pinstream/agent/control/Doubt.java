package io.pinstream.agent.control;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Doubts good readings that no chip of that kind gives: figures that stay the same to the last bit, and figures
/// that move faster than what is measured can. A doubted reading goes on with its value and the flaw `stuck` or
/// `jumped`.
///
/// A jump is measured against every figure of the last minute that was believed, so that noise between two
/// readings that are close together is none. After that minute the change may be larger by as much as more time
/// has passed: after a true step the new figure is believed once it has had the time for it. Memory does not grow
/// with the number of readings. For one thread.
public final class Doubt {
    /// What is doubted of a sensor.
    ///
    /// @param stuckAfter figures that are the same for so long are `stuck`; none: they may stay
    /// @param mostPerMinute for a quantity by its name, the largest change in a minute that is believed, in its
    ///     unit
    /// @param staleAfter after so long without a good reading the sensor is said to be `stale`, once
    public record Config(
            Optional<Duration> stuckAfter, Map<String, Double> mostPerMinute, Optional<Duration> staleAfter) {
        /// Every good reading is believed.
        public static final Config NONE = new Config(Optional.empty(), Map.of(), Optional.empty());

        public Config {
            mostPerMinute = Map.copyOf(mostPerMinute);
            positive("stuck-after", stuckAfter);
            positive("stale-after", staleAfter);
            mostPerMinute.forEach((quantity, most) -> {
                if (!(most > 0) || !Double.isFinite(most)) {
                    throw new IllegalArgumentException(
                            "most-change-per-minute of %s must be more than 0, but was %s".formatted(quantity, most));
                }
            });
        }

        private static void positive(String key, Optional<Duration> value) {
            if (value.isPresent() && !value.get().isPositive()) {
                throw new IllegalArgumentException("%s must be more than 0 ms, but was %d ms"
                        .formatted(key, value.get().toMillis()));
            }
        }
    }

    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final Config config;
    private final Map<String, LastMinute> believed = new HashMap<>();
    private List<Measurement> same = List.of();
    private long sameSince;
    private long lastGood;
    private boolean stale;

    /// @param nanos from when on a good reading is waited for
    Doubt(Config config, long nanos) {
        this.config = config;
        this.lastGood = nanos;
    }

    /// Whether there has been no good reading for too long, said once.
    boolean becomesStale(long nanos) {
        if (stale || waitNanos(nanos) > 0) {
            return false;
        }
        stale = true;
        return true;
    }

    /// How long until [#becomesStale] has something to say; for ever if it has not.
    long waitNanos(long nanos) {
        return stale || config.staleAfter.isEmpty()
                ? Long.MAX_VALUE
                : Math.max(0, config.staleAfter.get().toNanos() - (nanos - lastGood));
    }

    /// The event as it is to be believed.
    Event judged(Event event, long nanos) {
        if (!event.quality().isValueGood()) {
            return event;
        }
        var why = new ArrayList<String>();
        var quality = event.quality();
        if (event.kind() == Event.Kind.SAMPLE) {
            if (isStuck(event.measurements(), nanos)) {
                quality = quality.with(Flaw.STUCK);
                why.add("the same for %d s".formatted((nanos - sameSince) / NANOS_A_SECOND));
            }
            if (hasJumped(event.measurements(), nanos, why)) {
                quality = quality.with(Flaw.JUMPED);
            }
        }
        if (why.isEmpty()) {
            lastGood = nanos;
            stale = false;
            return event;
        }
        var measurements = new ArrayList<>(event.measurements());
        measurements.removeIf(measurement -> measurement.quantity().equals(Quantity.FAULT));
        var fault = String.join("; ", why);
        measurements.add(
                Measurement.of(Quantity.FAULT, fault.substring(0, Math.min(fault.length(), Value.Text.LONGEST))));
        return new Event(event.kind(), event.sensor(), event.time(), quality, measurements);
    }

    /// After how long the sensor is stale, if that is asked for.
    Duration staleAfter() {
        return config.staleAfter.orElse(Duration.ZERO);
    }

    private boolean isStuck(List<Measurement> now, long nanos) {
        if (!now.equals(same)) {
            same = now;
            sameSince = nanos;
            return false;
        }
        return config.stuckAfter.isPresent()
                && nanos - sameSince >= config.stuckAfter.get().toNanos();
    }

    private boolean hasJumped(List<Measurement> now, long nanos, List<String> why) {
        boolean jumped = false;
        for (var measurement : now) {
            var name = measurement.quantity().name();
            var most = config.mostPerMinute.get(name);
            if (most != null && measurement.value() instanceof Value.Decimal(double figure)) {
                var minute = believed.computeIfAbsent(name, _ -> new LastMinute());
                double change = minute.change(figure, nanos);
                if (change > most) {
                    jumped = true;
                    why.add("%s changed by %.6g within a minute, of which at most %.6g is believed"
                            .formatted(name, change, most));
                } else {
                    minute.add(figure, nanos);
                }
            }
        }
        return jumped;
    }
}
