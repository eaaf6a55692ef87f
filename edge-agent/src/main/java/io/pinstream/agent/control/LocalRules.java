package io.pinstream.agent.control;

import io.pinstream.agent.control.Standing.State;
import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The rules that act on the device itself, by the monotonic clock and without a network. Each reading goes
/// through all of them before it is cut; what they want is for somebody else to do.
///
/// Of several rules for one actuator the first that is active decides. If none is, and one of them cannot say
/// because its sensor has failed for longer than `hold`, the actuator is in its safe state; else it is what the
/// first `else` says; else in its safe state. For one thread.
public final class LocalRules {
    /// How long an actuator stays as it is while the sensor that rules it is not good.
    public static final Duration HOLD = Duration.ofMinutes(1);

    private final Map<SensorId, List<Standing>> rules = new LinkedHashMap<>();
    private final Map<SensorId, Switch> wanted = new LinkedHashMap<>();

    /// @param holds for an actuator, if not [#HOLD]
    public LocalRules(List<LocalRule> rules, Map<SensorId, Duration> holds) {
        for (var rule : rules) {
            var hold = holds.getOrDefault(rule.actuator(), HOLD);
            this.rules.computeIfAbsent(rule.actuator(), _ -> new ArrayList<>()).add(new Standing(rule, hold));
        }
    }

    /// Takes a reading, and says what is to be done.
    List<Switch> hear(Event event, long nanos) {
        rules.values().forEach(list -> list.forEach(rule -> rule.hear(event, nanos)));
        return due(nanos);
    }

    /// What is to be done now that time has passed.
    List<Switch> due(long nanos) {
        var switches = new ArrayList<Switch>();
        rules.forEach((actuator, list) -> {
            list.forEach(rule -> rule.step(nanos));
            var now = decision(actuator, list);
            var before = wanted.put(actuator, now);
            // It is in its safe state at the start.
            if (!now.percent().equals(before == null ? Optional.empty() : before.percent())) {
                switches.add(now);
            }
        });
        return switches;
    }

    private Switch decision(SensorId actuator, List<Standing> list) {
        for (var each : list) {
            if (each.state() == State.ACTIVE) {
                return wanted(each, Optional.of(each.rule().percent()), "");
            }
        }
        for (var each : list) {
            if (each.state() == State.UNKNOWN) {
                return wanted(each, Optional.empty(), " (its sensor fails)");
            }
        }
        for (var each : list) {
            if (each.rule().otherwise().isPresent()) {
                return wanted(each, each.rule().otherwise(), " (else)");
            }
        }
        // Which rule is over is whichever was active before.
        var before = wanted.get(actuator);
        var over = list.stream()
                .filter(each -> before != null && each.rule().text().equals(before.cause()))
                .findFirst()
                .orElse(list.getFirst());
        return wanted(over, Optional.empty(), " (over)");
    }

    /// What the rules of an actuator want by now, as they stood at the last [#due]; none if it has no rules.
    Optional<Switch> present(SensorId actuator) {
        return Optional.ofNullable(wanted.get(actuator));
    }

    /// The rule that decides about an actuator: an active one, or one whose sensor fails; none if no rule minds.
    Optional<String> ruling(SensorId actuator) {
        var list = rules.getOrDefault(actuator, List.of());
        return list.stream().anyMatch(rule -> rule.state() != State.INACTIVE)
                ? Optional.of(decision(actuator, list).cause())
                : Optional.empty();
    }

    private static Switch wanted(Standing standing, Optional<Integer> percent, String why) {
        return new Switch(standing.rule().actuator(), percent, standing.rule().text() + why);
    }

    long waitNanos(long nanos) {
        return rules.values().stream()
                .flatMap(List::stream)
                .mapToLong(rule -> rule.waitNanos(nanos))
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
