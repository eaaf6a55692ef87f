package io.pinstream.agent;

import io.pinstream.agent.actuator.ActuatorConfig;
import io.pinstream.agent.control.LocalRule;
import io.pinstream.event.SensorId;
import java.util.List;
import java.util.Map;

/// What the device drives, and by which rules of its own.
public record ControlConfig(Map<SensorId, ActuatorConfig> actuators, List<LocalRule> rules) {
    /// Nothing is driven.
    public static final ControlConfig NONE = new ControlConfig(Map.of(), List.of());

    public ControlConfig {
        actuators = Map.copyOf(actuators);
        rules = List.copyOf(rules);
    }
}
