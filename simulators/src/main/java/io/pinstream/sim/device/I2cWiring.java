package io.pinstream.sim.device;

import io.pinstream.agent.driver.Bh1750Config;
import io.pinstream.agent.driver.Ina219Config;
import io.pinstream.agent.driver.Lm75Config;
import io.pinstream.agent.driver.Mpu6050Config;
import io.pinstream.agent.driver.Scd41Config;
import io.pinstream.agent.driver.Sht31Config;
import io.pinstream.agent.driver.Tmp102Config;
import io.pinstream.event.SensorId;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.Bh1750Chip;
import io.pinstream.sim.chip.Ina219Chip;
import io.pinstream.sim.chip.Lm75Chip;
import io.pinstream.sim.chip.Mpu6050Chip;
import io.pinstream.sim.chip.Scd41Chip;
import io.pinstream.sim.chip.Sht31Chip;
import io.pinstream.sim.chip.Tmp102Chip;
import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.util.List;

/// Wires chips on I²C buses that are one sensor each, and says what they feel.
///
/// @param journal and `signals`, `weather`: of the sensor that is being wired
record I2cWiring(SimulatedBoard board, long seed, Journal journal, Signals signals, Weather weather) {
    private static final double GRAVITY = 9.80665;
    private static final int SCD41_ADDRESS = 0x62;

    void ina219(SensorId id, Ina219Config meter) {
        // A battery of 12 V, and what hangs on it: half of what the shunt was chosen for.
        var volts = Signal.constant(12.4).plus(Signal.walk(seed + 20, 0.6, Duration.ofHours(3)));
        var amperes = Signal.constant(meter.mostAmperes() / 2)
                .plus(Signal.walk(seed + 21, meter.mostAmperes() / 4, Duration.ofMinutes(10)));
        board.attach(
                meter.bus(),
                meter.address(),
                new Ina219Chip(
                        journal.of(id, volts), signals.of("current", amperes), meter.shuntOhms(), board.world()));
    }

    void scd41(SensorId id, Scd41Config meter) {
        // An office: people come, and somebody opens a window.
        var ppm = Signal.daily(750, 250, 15)
                .plus(Signal.walk(seed + 22, 100, Duration.ofHours(6)))
                .within(420, 4000);
        board.attach(
                meter.bus(),
                SCD41_ADDRESS,
                new Scd41Chip(
                        new Scd41Chip.Air(journal.of(id, ppm), weather.celsius(), weather.humidity()), board.world()));
    }

    void mpu6050(SensorId id, Mpu6050Config meter) {
        // A pump that stands on its feet and trembles.
        var trembling = Signal.noise(seed + 23, 0.05);
        board.attach(
                meter.bus(),
                meter.address(),
                new Mpu6050Chip(
                        new Mpu6050Chip.Motion(
                                List.of(
                                        journal.of(id, trembling),
                                        signals.of("acceleration_y", Signal.noise(seed + 24, 0.05)),
                                        signals.of(
                                                "acceleration_z",
                                                Signal.constant(GRAVITY).plus(Signal.noise(seed + 25, 0.05)))),
                                List.of(
                                        signals.of("rotation_x", Signal.noise(seed + 26, 0.01)),
                                        signals.of("rotation_y", Signal.noise(seed + 27, 0.01)),
                                        signals.of("rotation_z", Signal.noise(seed + 28, 0.01))),
                                signals.of("temperature", Signal.constant(31))),
                        board.world()));
    }

    void sht31(SensorId id, Sht31Config meter) {
        board.attach(
                meter.bus(),
                meter.address(),
                new Sht31Chip(journal.of(id, weather.celsius()), weather.humidity(), board.world()));
    }

    void bh1750(SensorId id, Bh1750Config meter) {
        // Behind glass, with clouds.
        var lux = Signal.daily(6000, 9000, 13)
                .plus(Signal.walk(seed + 30, 1500, Duration.ofMinutes(30)))
                .within(0, 50_000);
        board.attach(meter.bus(), meter.address(), new Bh1750Chip(journal.of(id, lux), board.world()));
    }

    void tmp102(SensorId id, Tmp102Config thermometer) {
        board.attach(
                thermometer.bus(),
                thermometer.address(),
                new Tmp102Chip(journal.of(id, weather.celsius()), board.world()));
    }

    void lm75(SensorId id, Lm75Config thermometer) {
        // Inside a housing that warms itself.
        var celsius = weather.celsius().times(0.5).plus(Signal.constant(20));
        board.attach(
                thermometer.bus(),
                thermometer.address(),
                new Lm75Chip(journal.of(id, celsius), thermometer.bits(), board.world()));
    }
}
