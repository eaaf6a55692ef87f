package io.pinstream.sim.scenario;

import io.pinstream.event.SensorId;
import io.pinstream.sim.device.Trouble;

/// One thing that the world does to a board.
public sealed interface Action {
    /// What undoes it.
    Action undone();

    /// Whether it is over as soon as it has happened, so that nobody can undo it.
    default boolean isOverAtOnce() {
        return this instanceof Breaks breaks && breaks.trouble() == Trouble.BROWN_OUT;
    }

    /// As a person says it.
    default String words() {
        return switch (this) {
            case Network(boolean up) -> "network " + (up ? "up" : "down");
            case Contact(var sensor, boolean closed) -> "%s %s".formatted(sensor, closed ? "closes" : "opens");
            case Pulses(var sensor, int times) -> "%s pulses %d".formatted(sensor, times);
            case Breaks(var sensor, var trouble, boolean broken) ->
                "%s %s%s".formatted(sensor, broken ? "" : "no longer ", trouble.text());
            case Drifts(var sensor, var quantity, double rate) ->
                "%s.%s drifts %s/min".formatted(sensor, quantity, rate);
            case Sticks(var sensor, var quantity, boolean stuck) ->
                "%s.%s %s".formatted(sensor, quantity, stuck ? "sticks" : "sticks no longer");
            case Spikes(var sensor, var quantity, double by) -> "%s.%s spikes %s".formatted(sensor, quantity, by);
            case Recovers(var sensor) -> sensor + " recovers";
        };
    }

    /// The network between board and broker goes down or comes up.
    record Network(boolean up) implements Action {
        @Override
        public Action undone() {
            return new Network(!up);
        }
    }

    /// A contact closes or opens.
    record Contact(SensorId sensor, boolean closed) implements Action {
        @Override
        public Action undone() {
            return new Contact(sensor, !closed);
        }
    }

    /// A line goes away from where it is, and back, so often.
    record Pulses(SensorId sensor, int times) implements Action {
        @Override
        public Action undone() {
            return new Pulses(sensor, 0);
        }
    }

    /// Something breaks, or is mended.
    record Breaks(SensorId sensor, Trouble trouble, boolean broken) implements Action {
        @Override
        public Action undone() {
            return new Breaks(sensor, trouble, !broken);
        }
    }

    /// What a chip feels drifts from now on, by so much a minute; by 0: no longer.
    record Drifts(SensorId sensor, String quantity, double perMinute) implements Action {
        @Override
        public Action undone() {
            return new Drifts(sensor, quantity, 0);
        }
    }

    /// What a chip feels stays as it is, or no longer does.
    record Sticks(SensorId sensor, String quantity, boolean stuck) implements Action {
        @Override
        public Action undone() {
            return new Sticks(sensor, quantity, !stuck);
        }
    }

    /// What a chip feels is higher by so much; by 0: no longer.
    record Spikes(SensorId sensor, String quantity, double by) implements Action {
        @Override
        public Action undone() {
            return new Spikes(sensor, quantity, 0);
        }
    }

    /// All is well again with a sensor.
    record Recovers(SensorId sensor) implements Action {
        @Override
        public Action undone() {
            return this;
        }
    }
}
