package io.pinstream.agent;

import io.pinstream.agent.actuator.ActuatorConfig;
import io.pinstream.agent.control.Driven.Obedience;
import io.pinstream.agent.control.LocalRule;
import io.pinstream.agent.control.LocalRule.Condition;
import io.pinstream.agent.control.LocalRules;
import io.pinstream.agent.control.Sentence;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.Dropped;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// Reads what the device drives, and by which rules of its own.
final class ControlReader {
    private static final int MOST = 1_000_000_000;
    private static final int MOST_RULES = 100;

    private ControlReader() {}

    static ControlConfig read(ConfigTree tree, List<SensorConfig> sensors) {
        var holds = new HashMap<SensorId, Duration>();
        var commands = new HashMap<SensorId, Obedience>();
        var actuators = actuators(tree, sensors, holds, commands);
        return new ControlConfig(actuators, holds, commands, rules(tree, sensors, actuators));
    }

    /// The actuators, in the order of the file.
    private static SequencedMap<SensorId, ActuatorConfig> actuators(
            ConfigTree tree,
            List<SensorConfig> sensors,
            Map<SensorId, Duration> holds,
            Map<SensorId, Obedience> commands) {
        var actuators = new LinkedHashMap<SensorId, ActuatorConfig>();
        tree.sections("actuators").forEach((name, section) -> {
            var actuator = actuator(section);
            var hold = section.duration("hold", LocalRules.HOLD);
            var obeys = section.choice("commands", Obedience.class, Obedience.ALWAYS);
            var id = section.build(() -> new SensorId(name));
            if (name.equals(Dropped.OUTBOX.value())) {
                tree.problem("actuators", "none must be called %s: that is who says what was dropped".formatted(name));
            } else if (id.isPresent()
                    && sensors.stream().anyMatch(sensor -> sensor.id().equals(id.get()))) {
                tree.problem("actuators", "%s is a sensor already, and both give events of their name".formatted(name));
            } else if (id.isPresent() && actuator.isPresent()) {
                actuators.put(id.get(), actuator.get());
                holds.put(id.get(), hold);
                commands.put(id.get(), obeys);
            }
        });
        return actuators;
    }

    private static Optional<? extends ActuatorConfig> actuator(ConfigTree section) {
        var type = section.oneOf("type", List.of("relay", "pwm", "servo"));
        if (type.isEmpty()) {
            section.ignoreRest();
            return Optional.empty();
        }
        section.kind("a " + type.get());
        return switch (type.get()) {
            case "relay" ->
                section.build(() -> new ActuatorConfig.Relay(
                        section.integer("line", 0, MOST),
                        section.flag("active-low", true),
                        section.flag("safe-on", false)));
            case "pwm" ->
                section.build(() -> new ActuatorConfig.Pwm(
                        number(section, "chip", ActuatorConfig.Pwm.CHIP),
                        number(section, "channel", ActuatorConfig.Pwm.CHANNEL),
                        number(section, "frequency", ActuatorConfig.Pwm.FREQUENCY),
                        number(section, "safe", 0)));
            default ->
                section.build(() -> new ActuatorConfig.Servo(
                        number(section, "chip", ActuatorConfig.Pwm.CHIP),
                        number(section, "channel", ActuatorConfig.Pwm.CHANNEL),
                        number(section, "least-pulse", ActuatorConfig.Servo.LEAST_MICROS),
                        number(section, "most-pulse", ActuatorConfig.Servo.MOST_MICROS),
                        number(section, "safe", ActuatorConfig.Servo.SAFE)));
        };
    }

    private static int number(ConfigTree section, String key, int standard) {
        return section.integer(key, standard, 0, MOST);
    }

    /// The rules, each checked against what there is.
    private static List<LocalRule> rules(
            ConfigTree tree, List<SensorConfig> sensors, Map<SensorId, ActuatorConfig> actuators) {
        var givers = new HashMap<String, List<SensorId>>();
        for (var sensor : sensors) {
            // What is read, not what is sent: rules hear every reading.
            for (var quantity : sensor.driver().quantities()) {
                givers.computeIfAbsent(quantity.name(), _ -> new ArrayList<>()).add(sensor.id());
            }
        }
        var rules = tree.parsedTexts("rules", List.of(), text -> {
            var rule = Sentence.read(text, givers);
            check(rule, sensors, actuators);
            return rule;
        });
        if (rules.size() > MOST_RULES) {
            tree.problem("rules", "must be at most %d, but are %d".formatted(MOST_RULES, rules.size()));
        }
        return rules;
    }

    private static void check(LocalRule rule, List<SensorConfig> sensors, Map<SensorId, ActuatorConfig> actuators) {
        var actuator = actuators.get(rule.actuator());
        if (actuator == null) {
            throw new IllegalArgumentException(
                    "there is no actuator %s; there are %s".formatted(rule.actuator(), actuators.keySet()));
        }
        Stream.concat(Stream.of(rule.percent()), rule.otherwise().stream())
                .filter(percent -> !actuator.takes(percent))
                .forEach(_ -> {
                    throw new IllegalArgumentException(
                            "%s is a %s, which is on or off".formatted(rule.actuator(), actuator.type()));
                });
        problemWith(rule.when(), sensors)
                .or(() -> rule.until().flatMap(until -> problemWith(until, sensors)))
                .ifPresent(problem -> {
                    throw new IllegalArgumentException(problem);
                });
    }

    private static Optional<String> problemWith(Condition condition, List<SensorConfig> sensors) {
        var sensor = sensors.stream()
                .filter(one -> one.id().equals(condition.sensor()))
                .findFirst();
        if (sensor.isEmpty()) {
            return Optional.of("there is no sensor %s; there are %s"
                    .formatted(
                            condition.sensor(),
                            sensors.stream().map(SensorConfig::id).toList()));
        }
        var given =
                sensor.get().driver().quantities().stream().map(Quantity::name).toList();
        return given.contains(condition.quantity())
                ? Optional.empty()
                : Optional.of("%s gives no %s; it gives %s"
                        .formatted(condition.sensor(), condition.quantity(), String.join(", ", given)));
    }
}
