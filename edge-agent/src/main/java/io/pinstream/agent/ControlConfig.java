package io.pinstream.agent;

import io.pinstream.agent.actuator.ActuatorConfig;
import io.pinstream.agent.control.Driven;
import io.pinstream.agent.control.Driven.Obedience;
import io.pinstream.agent.control.LocalRule;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What the device drives, and by which rules of its own.
///
/// @param actuators in the order of the file
/// @param holds for each actuator, how long it stays as it is while the sensor that rules it fails
/// @param commands for each actuator, whether the device does what the hub says
/// @param rules in the order of the file, which decides between them
public record ControlConfig(
        SequencedMap<SensorId, ActuatorConfig> actuators,
        Map<SensorId, Duration> holds,
        Map<SensorId, Obedience> commands,
        List<LocalRule> rules) {
    /// Nothing is driven.
    public static final ControlConfig NONE = new ControlConfig(new LinkedHashMap<>(), Map.of(), Map.of(), List.of());

    public ControlConfig {
        actuators = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(actuators));
        holds = Map.copyOf(holds);
        commands = Map.copyOf(commands);
        rules = List.copyOf(rules);
    }

    /// What rules and commands have to know of the actuators.
    List<Driven> driven() {
        return actuators.entrySet().stream()
                .map(each -> new Driven(
                        each.getKey(),
                        !each.getValue().takes(1),
                        each.getValue().safe(),
                        commands.getOrDefault(each.getKey(), Obedience.ALWAYS)))
                .toList();
    }

    /// Whether any of them takes commands.
    boolean takesCommands() {
        return driven().stream().anyMatch(one -> one.commands() != Obedience.NEVER);
    }
}
