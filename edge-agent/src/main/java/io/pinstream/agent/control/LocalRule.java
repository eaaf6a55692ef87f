package io.pinstream.agent.control;

import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.Optional;

/// A sentence such as `when air.temperature > 30 for 10s then fan on until air.temperature < 28`.
///
/// Once the condition has held for the time, the rule is active: its actuator is set. It ends when the end
/// condition holds or, without one, when the condition does not hold any more; the actuator is then set to what
/// stands behind `else`, or to its safe state.
///
/// @param text the sentence
/// @param lasting how long the condition must hold
/// @param percent what the actuator is set to while the rule is active
/// @param otherwise what it is set to while it is known that the rule is not; none for its safe state
public record LocalRule(
        String text,
        Condition when,
        Duration lasting,
        SensorId actuator,
        int percent,
        Optional<Integer> otherwise,
        Optional<Condition> until) {
    /// A comparison of what a sensor says with a figure; a truth is 1 or 0.
    public record Condition(SensorId sensor, String quantity, Comparison comparison, double figure) {
        boolean holds(double value) {
            return switch (comparison) {
                case ABOVE -> value > figure;
                case AT_LEAST -> value >= figure;
                case BELOW -> value < figure;
                case AT_MOST -> value <= figure;
                case IS -> value == figure;
            };
        }
    }

    /// How two figures compare.
    public enum Comparison {
        AT_LEAST(">="),
        AT_MOST("<="),
        ABOVE(">"),
        BELOW("<"),
        IS("is");

        private final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }
}
