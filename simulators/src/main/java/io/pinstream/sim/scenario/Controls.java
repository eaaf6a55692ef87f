package io.pinstream.sim.scenario;

import io.pinstream.event.SensorId;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.device.Hardware;
import io.pinstream.sim.device.Trouble;
import io.pinstream.sim.device.Uplink;
import io.pinstream.sim.signal.Disturbed;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The hands on a board: does to it what an [Action] says. Safe for use by many threads.
public final class Controls {
    private final Map<SensorId, Hardware> hardware = new LinkedHashMap<>();
    private final Optional<? extends Uplink> network;

    /// @param network empty where it cannot be cut
    public Controls(List<Hardware> hardware, Optional<? extends Uplink> network) {
        hardware.forEach(one -> this.hardware.put(one.id(), one));
        this.network = network;
    }

    /// Holds every line that the scenario moves, so that nothing else does. What opens first was closed before.
    public void hold(Scenario scenario) {
        var begun = new HashSet<SensorId>();
        for (var step : scenario.steps()) {
            switch (step.action()) {
                case Action.Contact contact -> {
                    if (begun.add(contact.sensor())) {
                        perform(contact.undone());
                    }
                }
                case Action.Pulses pulses -> line(pulses.sensor()).hold();
                default -> {
                    // It moves no line.
                }
            }
        }
    }

    /// Holds every line where it is.
    public void holdAll() {
        hardware.values().forEach(one -> one.lines().forEach(at -> at.line().hold()));
    }

    public void perform(Action action) {
        switch (action) {
            case Action.Network(boolean up) ->
                network.ifPresent(it -> {
                    if (up) {
                        it.up();
                    } else {
                        it.down();
                    }
                });
            case Action.Contact(SensorId sensor, boolean closed) -> {
                var line = line(sensor);
                line.hold();
                // A closed contact is an active one, whichever level that is.
                line.set(closed != activeLow(sensor));
            }
            case Action.Pulses(SensorId sensor, int times) -> {
                var line = line(sensor);
                boolean atRest = line.outside(); // high or low: a pulse comes back to it
                for (int i = 0; i < times; i++) {
                    line.set(!atRest);
                    line.set(atRest);
                }
            }
            case Action.Breaks(SensorId sensor, Trouble trouble, boolean broken) -> {
                if (broken) {
                    trouble.begin(of(sensor));
                } else {
                    trouble.end(of(sensor));
                }
            }
            case Action.Drifts(SensorId sensor, String quantity, double perMinute) ->
                signal(sensor, quantity).drift(perMinute);
            case Action.Sticks(SensorId sensor, String quantity, boolean stuck) -> {
                if (stuck) {
                    signal(sensor, quantity).stick();
                } else {
                    signal(sensor, quantity).release();
                }
            }
            case Action.Spikes(SensorId sensor, String quantity, double by) ->
                signal(sensor, quantity).spike(by);
            case Action.Recovers(SensorId sensor) -> recover(of(sensor));
        }
    }

    /// Mends everything, and lets the network come up.
    public void mendAll() {
        hardware.values().forEach(Controls::recover);
        network.ifPresent(Uplink::up);
    }

    private static void recover(Hardware one) {
        for (var trouble : Trouble.of(one)) {
            if (trouble.isOn(one)) {
                trouble.end(one);
            }
        }
        for (var signal : one.signals().values()) {
            signal.release();
            signal.endDrift();
            signal.endSpike();
        }
    }

    /// Whether a contact is closed at the moment, as the outside world has it.
    public boolean isClosed(SensorId sensor) {
        return line(sensor).outside() != activeLow(sensor);
    }

    private boolean activeLow(SensorId sensor) {
        return of(sensor).isActiveLow();
    }

    private SimulatedLine line(SensorId sensor) {
        var one = of(sensor);
        return one.contact().or(one::counted).orElseThrow(() -> bug(sensor, "has no line that a hand moves"));
    }

    private Disturbed signal(SensorId sensor, String quantity) {
        var signal = of(sensor).signals().get(quantity);
        if (signal == null) {
            throw bug(sensor, "has no signal " + quantity);
        }
        return signal;
    }

    private Hardware of(SensorId sensor) {
        var found = hardware.get(sensor);
        if (found == null) {
            throw bug(sensor, "is not there");
        }
        return found;
    }

    private static IllegalStateException bug(SensorId sensor, String what) {
        return new IllegalStateException("%s %s; this is a bug in the simulators".formatted(sensor, what));
    }
}
