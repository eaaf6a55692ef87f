package io.pinstream.agent;

import io.pinstream.agent.actuator.ActuatorConfig;
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
/// @param rules in the order of the file, which decides between them
public record ControlConfig(
        SequencedMap<SensorId, ActuatorConfig> actuators, Map<SensorId, Duration> holds, List<LocalRule> rules) {
    /// Nothing is driven.
    public static final ControlConfig NONE = new ControlConfig(new LinkedHashMap<>(), Map.of(), List.of());

    public ControlConfig {
        actuators = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(actuators));
        holds = Map.copyOf(holds);
        rules = List.copyOf(rules);
    }
}
