package io.pinstream.agent.rule;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Value;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what of one sensor's samples goes on: first those of a window become one ([Aggregate]), then of what is
/// left goes on what says something new (deadband), and that not too often (throttle).
///
/// Edges go on always, and so do readings that are not good: a rule saves bandwidth and never hides a fault. The
/// first sample goes on, and the first after a fault. For one thread.
public final class SensorRule {
    /// What is worth sending.
    ///
    /// @param deadband for a quantity by its name, the change that is news, in its unit. Quantities without one
    ///     make no news by a number, but by a truth or a text that changed. Empty: every sample is news
    /// @param atLeastEvery a sample goes on after that long even without news, so that silence means a fault
    /// @param throttle at most one sample in that time goes on; zero for no limit
    /// @param aggregate the window whose samples become one; none: each stands for itself. Deadbands are then
    ///     those of what is made of it, such as `temperature_mean`
    public record Config(
            Map<String, Double> deadband,
            Optional<Duration> atLeastEvery,
            Duration throttle,
            Optional<Duration> aggregate) {
        /// Every sample goes on.
        public static final Config ALL = new Config(Map.of(), Optional.empty(), Duration.ZERO);

        private static final Duration LONGEST_WINDOW = Duration.ofDays(1);

        public Config(Map<String, Double> deadband, Optional<Duration> atLeastEvery, Duration throttle) {
            this(deadband, atLeastEvery, throttle, Optional.empty());
        }

        public Config {
            if (aggregate.isPresent()
                    && (!aggregate.get().isPositive() || aggregate.get().compareTo(LONGEST_WINDOW) > 0)) {
                throw new IllegalArgumentException("aggregate must be more than 0 ms and at most %d h, but was %d ms"
                        .formatted(LONGEST_WINDOW.toHours(), aggregate.get().toMillis()));
            }
            deadband = Map.copyOf(deadband);
            deadband.forEach((quantity, band) -> {
                if (!(band > 0) || !Double.isFinite(band)) {
                    throw new IllegalArgumentException(
                            "deadband of %s must be more than 0, but was %s".formatted(quantity, band));
                }
            });
            if (atLeastEvery.isPresent() && !atLeastEvery.get().isPositive()) {
                throw new IllegalArgumentException("atLeastEvery must be more than 0 ms, but was %d ms"
                        .formatted(atLeastEvery.get().toMillis()));
            }
            if (atLeastEvery.isPresent() && deadband.isEmpty()) {
                throw new IllegalArgumentException(
                        "atLeastEvery needs a quantity beside it: without one every sample goes on");
            }
            if (throttle.isNegative()) {
                throw new IllegalArgumentException(
                        "throttle must not be negative, but was %d ms".formatted(throttle.toMillis()));
            }
        }

        /// What is sent of a sensor that gives these quantities.
        public List<Quantity> quantities(List<Quantity> given) {
            return aggregate.isPresent() ? Aggregate.quantities(given) : given;
        }
    }

    /// The first of the quantities whose name leaves no room for what [Aggregate] adds to it.
    public static Optional<Quantity> tooLongToAggregate(List<Quantity> given) {
        return Aggregate.tooLong(given);
    }

    private final Config config;
    private final Optional<Aggregate> aggregate;
    private final Map<String, Value> lastValues = new HashMap<>();
    private @Nullable Quality lastQuality;
    private long lastNanos;

    public SensorRule(Config config) {
        this.config = config;
        this.aggregate = config.aggregate.map(Aggregate::new);
    }

    /// What goes on, now that this event came.
    ///
    /// @param nanos when, by the monotonic clock
    List<Event> take(Event event, long nanos) {
        if (aggregate.isEmpty() || event.kind() != Event.Kind.SAMPLE) {
            return cut(List.of(event), nanos);
        }
        return cut(aggregate.get().take(event, nanos), nanos);
    }

    /// What goes on because time has passed.
    List<Event> due(long nanos) {
        return aggregate
                .map(window -> cut(window.due(nanos).stream().toList(), nanos))
                .orElse(List.of());
    }

    /// What goes on because nothing more comes.
    List<Event> rest(long nanos) {
        return aggregate
                .map(window -> cut(window.rest().stream().toList(), nanos))
                .orElse(List.of());
    }

    /// How long until [#due] has something to say; for ever if it has not.
    long waitNanos(long nanos) {
        return aggregate.map(window -> window.waitNanos(nanos)).orElse(Long.MAX_VALUE);
    }

    private List<Event> cut(List<Event> events, long nanos) {
        return events.stream().filter(event -> passes(event, nanos)).toList();
    }

    /// Whether the event says something new.
    ///
    /// @param nanos when, by the monotonic clock
    public boolean passes(Event event, long nanos) {
        if (event.kind() != Event.Kind.SAMPLE) {
            return true;
        }
        boolean first = !event.quality().equals(lastQuality);
        // A clock that is not set is no reason to send more.
        boolean flawed = !event.quality().without(Flaw.TIME_UNKNOWN).isGood();
        if (first || flawed || due(event, nanos - lastNanos)) {
            lastQuality = event.quality();
            lastNanos = nanos;
            event.measurements().forEach(m -> lastValues.put(m.quantity().name(), m.value()));
            return true;
        }
        return false;
    }

    private boolean due(Event event, long sinceLast) {
        if (sinceLast < config.throttle.toNanos()) {
            return false;
        }
        if (config.deadband.isEmpty()) {
            return true;
        }
        return config.atLeastEvery.isPresent()
                        && sinceLast >= config.atLeastEvery.get().toNanos()
                || event.measurements().stream().anyMatch(this::news);
    }

    private boolean news(Measurement measurement) {
        var name = measurement.quantity().name();
        var last = lastValues.get(name);
        if (last instanceof Value.Decimal(double before) && measurement.value() instanceof Value.Decimal(double now)) {
            var band = config.deadband.get(name);
            return band != null && Math.abs(now - before) >= band;
        }
        return !measurement.value().equals(last);
    }
}
