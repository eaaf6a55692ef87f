package io.pinstream.agent.control;

import io.pinstream.agent.control.LocalRule.Condition;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rules that act on the device itself, by the monotonic clock and without a network. Each reading goes
/// through all of them before it is cut; what they want is for somebody else to do. For one thread.
public final class LocalRules {
    /// How long an actuator stays as it is while the sensor that rules it is not good.
    public static final Duration HOLD = Duration.ofMinutes(1);

    /// One rule, and where it stands.
    private static final class Standing {
        private final LocalRule rule;
        private boolean holds;
        private boolean active;
        private boolean ended = true;
        private Optional<Long> since = Optional.empty();
        private Optional<Long> unknownSince = Optional.empty();

        Standing(LocalRule rule) {
            this.rule = rule;
        }

        /// Takes a reading of a sensor that the rule asks for.
        void hear(Event event, long nanos) {
            if (!event.quality().isGood()) {
                if (isAskedFor(event)) {
                    since = Optional.empty();
                    unknownSince = unknownSince.or(() -> Optional.of(nanos));
                }
                return;
            }
            figure(rule.when(), event).ifPresent(figure -> {
                unknownSince = Optional.empty();
                holds = rule.when().holds(figure);
                since = holds ? since.or(() -> Optional.of(nanos)) : Optional.empty();
            });
            ended = rule.until().isPresent()
                    ? figure(rule.until().get(), event)
                            .map(figure -> rule.until().get().holds(figure))
                            .orElse(ended)
                    : !holds;
        }

        private boolean isAskedFor(Event event) {
            return event.sensor().equals(rule.when().sensor())
                    || rule.until().isPresent()
                            && event.sensor().equals(rule.until().get().sensor());
        }

        private static Optional<Double> figure(Condition condition, Event event) {
            return event.sensor().equals(condition.sensor())
                    ? event.measurements().stream()
                            .filter(measurement -> measurement.quantity().name().equals(condition.quantity()))
                            .map(Measurement::value)
                            .flatMap(value -> switch (value) {
                                case Value.Decimal(double number) -> Optional.of(number).stream();
                                case Value.Truth(boolean truth) -> Optional.of(truth ? 1.0 : 0.0).stream();
                                case Value.Text _ -> Optional.<Double>empty().stream();
                            })
                            .findFirst()
                    : Optional.empty();
        }

        /// What is to be done now, if anything.
        Optional<Switch> due(long nanos) {
            if (active && unknownSince.isPresent() && holdNanos(nanos) == 0) {
                active = false;
                unknownSince = Optional.empty();
                return wanted(Optional.empty(), " (its sensor fails)");
            }
            if (!active && unknownSince.isEmpty() && holds && lastingNanos(nanos) == 0) {
                active = true;
                ended = false;
                return wanted(Optional.of(rule.percent()), "");
            }
            if (active && unknownSince.isEmpty() && ended) {
                active = false;
                return wanted(Optional.empty(), " (over)");
            }
            return Optional.empty();
        }

        /// How long until [#due] may have something to say without a further reading.
        long waitNanos(long nanos) {
            if (active) {
                return unknownSince.isPresent() ? holdNanos(nanos) : Long.MAX_VALUE;
            }
            return unknownSince.isEmpty() && holds && since.isPresent() ? lastingNanos(nanos) : Long.MAX_VALUE;
        }

        private long lastingNanos(long nanos) {
            return since.map(from -> Math.max(0, rule.lasting().toNanos() - (nanos - from)))
                    .orElse(Long.MAX_VALUE);
        }

        private long holdNanos(long nanos) {
            return Math.max(0, HOLD.toNanos() - (nanos - unknownSince.orElse(nanos)));
        }

        private Optional<Switch> wanted(Optional<Integer> percent, String why) {
            return Optional.of(new Switch(rule.actuator(), percent, rule.text() + why));
        }
    }

    private final List<Standing> rules;

    public LocalRules(List<LocalRule> rules) {
        this.rules = rules.stream().map(Standing::new).toList();
    }

    /// Takes a reading, and says what is to be done.
    List<Switch> hear(Event event, long nanos) {
        rules.forEach(rule -> rule.hear(event, nanos));
        return due(nanos);
    }

    /// What is to be done now that time has passed.
    List<Switch> due(long nanos) {
        var switches = new ArrayList<Switch>();
        rules.forEach(rule -> rule.due(nanos).ifPresent(switches::add));
        return switches;
    }

    long waitNanos(long nanos) {
        return rules.stream().mapToLong(rule -> rule.waitNanos(nanos)).min().orElse(Long.MAX_VALUE);
    }
}
