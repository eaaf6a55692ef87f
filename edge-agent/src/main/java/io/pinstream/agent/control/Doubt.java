package io.pinstream.agent.control;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Doubts good readings that no chip of that kind gives: figures that stay the same to the last bit, and figures
/// that move faster than what is measured can. A doubted reading goes on with its value and the flaw `stuck` or
/// `jumped`.
///
/// A jump is measured from the last reading that was not doubted, so that after a true step the new figure is
/// believed once it has had the time for it. For one thread.
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

    private static final double NANOS_A_MINUTE = 60e9;

    private record Seen(double figure, long nanos) {}

    private final Config config;
    private final Map<String, Seen> believed = new HashMap<>();
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
        if (event.kind() != Event.Kind.SAMPLE || !event.quality().isGood()) {
            same = List.of();
            return event;
        }
        var quality = event.quality();
        if (isStuck(event.measurements(), nanos)) {
            quality = quality.with(Flaw.STUCK);
        }
        if (hasJumped(event.measurements(), nanos)) {
            quality = quality.with(Flaw.JUMPED);
        }
        if (quality.isGood()) {
            lastGood = nanos;
            stale = false;
        }
        return quality.isGood()
                ? event
                : new Event(event.kind(), event.sensor(), event.time(), quality, event.measurements());
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

    private boolean hasJumped(List<Measurement> now, long nanos) {
        boolean jumped = false;
        for (var measurement : now) {
            var name = measurement.quantity().name();
            var most = config.mostPerMinute.get(name);
            if (most != null && measurement.value() instanceof Value.Decimal(double figure)) {
                var before = believed.get(name);
                double minutes = before == null ? 0 : (nanos - before.nanos) / NANOS_A_MINUTE;
                if (before != null && Math.abs(figure - before.figure) > most * minutes) {
                    jumped = true;
                } else {
                    believed.put(name, new Seen(figure, nanos));
                }
            }
        }
        return jumped;
    }
}
