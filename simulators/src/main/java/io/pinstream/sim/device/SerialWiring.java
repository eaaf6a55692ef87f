package io.pinstream.sim.device;

import io.pinstream.agent.driver.GpsConfig;
import io.pinstream.agent.driver.Pms5003Config;
import io.pinstream.event.SensorId;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.GpsChip;
import io.pinstream.sim.chip.Pms5003Chip;
import io.pinstream.sim.signal.Signal;
import java.time.Duration;

/// Wires what speaks on serial ports.
///
/// @param journal and `signals`, `weather`: of the sensor that is being wired
record SerialWiring(SimulatedBoard board, long seed, Journal journal, Signals signals, Weather weather) {
    private static final Duration EVERY = Duration.ofMillis(200);

    /// The air of a street: worse at times.
    void pms5003(SensorId id, Pms5003Config counter) {
        var dust = Signal.constant(18)
                .plus(Signal.walk(seed + 8, 15, Duration.ofHours(2)))
                .within(0, 500);
        var micrograms = signals.of("pm2_5", dust);
        board.attach(
                counter.port(),
                new Pms5003Chip(
                        time -> {
                            double figure = micrograms.at(time);
                            journal.shown(id, Math.rint(figure));
                            return figure;
                        },
                        EVERY));
    }

    /// A boat on Lake Washington, in its circles.
    void gps(SensorId id, GpsConfig receiver) {
        var slowly = Duration.ofMinutes(40);
        board.attach(
                receiver.port(),
                new GpsChip(
                        new GpsChip.Track(
                                journal.of(id, Signal.constant(47.61).plus(Signal.walk(seed + 9, 0.02, slowly))),
                                Signal.constant(-122.25).plus(Signal.walk(seed + 11, 0.01, slowly)),
                                Signal.constant(6).plus(Signal.noise(seed + 9, 0.05)),
                                signals.of("speed", Signal.constant(2).plus(Signal.walk(seed + 12, 1.5, slowly)))),
                        EVERY));
    }
}
