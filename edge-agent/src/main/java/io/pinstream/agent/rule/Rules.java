package io.pinstream.agent.rule;

import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import java.util.HashMap;
import java.util.Map;

/// The rules of all sensors of a device. A sensor without one sends everything. For one thread.
public final class Rules {
    private final Map<SensorId, SensorRule> rules = new HashMap<>();

    public Rules(Map<SensorId, SensorRule.Config> configs) {
        configs.forEach((sensor, config) -> rules.put(sensor, new SensorRule(config)));
    }

    /// Whether the event goes on.
    ///
    /// @param nanos when, by the monotonic clock
    public boolean pass(Event event, long nanos) {
        var rule = rules.get(event.sensor());
        return rule == null || rule.passes(event, nanos);
    }
}
