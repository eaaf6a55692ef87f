package io.pinstream.sim.device;

import io.pinstream.agent.driver.ButtonConfig;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.HcSr04Config;
import io.pinstream.agent.driver.PirConfig;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.agent.driver.RotaryEncoderConfig;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.HcSr04Chip;
import io.pinstream.sim.chip.LineMover;
import io.pinstream.sim.chip.RotaryKnob;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.signal.Signal;
import java.time.Duration;

/// Wires what hangs on GPIO lines, and says who moves them.
///
/// @param journal and `signals`, `weather`: of the sensor that is being wired
record LineWiring(SimulatedBoard board, long seed, Journal journal, Signals signals, Weather weather) {
    private static final String ACTIVE = Quantity.ACTIVE.name();

    void contact(SensorId id, ContactConfig contact) {
        // Now and then somebody goes through the door.
        var door = Signal.steps(Duration.ofSeconds(5 + Math.floorMod(seed, 20)), 1, 1, 0, 1, 0, 0);
        var level = signals.recorded(ACTIVE)
                .map(active -> contact.activeLow() ? opposite(active) : active)
                .orElse(door);
        board.move(LineMover.level(written(id, contact.line()), level, board.world()));
    }

    void pir(SensorId id, PirConfig detector) {
        // People walk through the hall, and the detector sees them on and off.
        var walks = Signal.steps(Duration.ofSeconds(2), 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        var seen = signals.recorded(ACTIVE).orElse(walks);
        var level = detector.activeLow() ? opposite(seen) : seen;
        board.move(LineMover.level(written(id, detector.line()), level, board.world()));
    }

    void button(SensorId id, ButtonConfig button) {
        // Two short presses, then a long one, then nothing for a while.
        var finger = Signal.steps(Duration.ofMillis(500), 1, 0, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        var level = button.activeLow() ? opposite(finger) : finger;
        board.move(LineMover.level(written(id, button.line()), level, board.world()));
    }

    void rotaryEncoder(SensorId id, RotaryEncoderConfig encoder) {
        var hand = Signal.walk(seed + 5, 20, Duration.ofMinutes(5));
        var knob = new RotaryKnob(
                board.line(encoder.lineA()),
                board.line(encoder.lineB()),
                hand,
                board.world(),
                detent -> journal.shown(id, detent));
        board.move(knob::step);
    }

    void hcSr04(SensorId id, HcSr04Config ranger) {
        // How far the water of a rain barrel is below its lid.
        var level = Signal.constant(0.9).plus(Signal.walk(seed + 6, 0.5, Duration.ofHours(8)));
        var ignored = new HcSr04Chip(
                board.line(ranger.trigger()), board.line(ranger.echo()), journal.of(id, level), board.world());
    }

    void pulseCounter(PulseCounterConfig counter) {
        // An anemometer: two pulses a second for a metre a second, as the common ones have.
        var hertz = signals.of("count", weather.wind().times(2));
        board.move(LineMover.pulses(board.line(counter.line()), hertz, board.world()));
    }

    private static Signal opposite(Signal level) {
        return level.times(-1).plus(Signal.constant(1));
    }

    /// A line whose edges are written down.
    private SimulatedLine written(SensorId id, int number) {
        var line = board.line(number);
        line.tell(high -> journal.shown(id, high ? 1 : 0));
        return line;
    }
}
