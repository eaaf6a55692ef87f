package io.pinstream.agent.rule;

import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What of a device's events goes on: the rules of all its sensors. A sensor without one sends everything. For one
/// thread, which also asks [#due] when [#waitNanos] is over.
public final class Rules {
    private final Map<SensorId, SensorRule> rules = new LinkedHashMap<>();

    public Rules(Map<SensorId, SensorRule.Config> configs) {
        configs.forEach((sensor, config) -> rules.put(sensor, new SensorRule(config)));
    }

    /// What goes on now that this event came.
    ///
    /// @param nanos when, by the monotonic clock
    public List<Event> pass(Event event, long nanos) {
        var rule = rules.get(event.sensor());
        return rule == null ? List.of(event) : rule.take(event, nanos);
    }

    /// What goes on because time has passed: windows that are over.
    public List<Event> due(long nanos) {
        var on = new ArrayList<Event>();
        rules.values().forEach(rule -> on.addAll(rule.due(nanos)));
        return on;
    }

    /// What goes on because nothing more comes: windows that are cut short.
    public List<Event> rest(long nanos) {
        var on = new ArrayList<Event>();
        rules.values().forEach(rule -> on.addAll(rule.rest(nanos)));
        return on;
    }

    /// How long until [#due] has something to say; for ever if it has not.
    public long waitNanos(long nanos) {
        long wait = Long.MAX_VALUE;
        for (var rule : rules.values()) {
            wait = Math.min(wait, rule.waitNanos(nanos));
        }
        return wait;
    }
}
