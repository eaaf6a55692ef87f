package io.pinstream.agent.control;

import io.pinstream.event.SensorId;

/// What rules and commands have to know of an actuator.
///
/// @param onOff whether it is only on or off, 0 or 100 %
/// @param safe what it is set to while nobody rules it, in %
/// @param commands whose word counts
public record Driven(SensorId id, boolean onOff, int safe, Obedience commands) {
    /// Whether a device does what it is told about an actuator.
    public enum Obedience {
        /// Yes. What was commanded stands until a rule changes its mind, or for the time that was asked for.
        ALWAYS,
        /// Only while no rule is active and every rule's sensor works; and as soon as that ends, the rule counts.
        /// For what a rule protects.
        UNLESS_RULED,
        NEVER;

        /// As it stands in a configuration.
        public String text() {
            return switch (this) {
                case ALWAYS -> "always";
                case UNLESS_RULED -> "unless-ruled";
                case NEVER -> "never";
            };
        }
    }

    private static final int WHOLE = 100;

    boolean takes(int percent) {
        return !onOff || percent == 0 || percent == WHOLE;
    }

    String range() {
        return onOff ? "0 or 100" : "0 to 100";
    }
}
