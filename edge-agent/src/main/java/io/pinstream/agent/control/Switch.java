package io.pinstream.agent.control;

import io.pinstream.event.SensorId;
import java.util.Optional;

/// What a rule wants.
///
/// @param percent 0 to 100; none for the actuator's safe state
/// @param cause the rule, in its own words; `start` or `end`
public record Switch(SensorId actuator, Optional<Integer> percent, String cause) {}
