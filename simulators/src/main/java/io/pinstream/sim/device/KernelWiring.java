package io.pinstream.sim.device;

import io.pinstream.agent.driver.Ds18b20Config;
import io.pinstream.agent.driver.HwmonConfig;
import io.pinstream.agent.driver.IioConfig;
import io.pinstream.event.SensorId;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.Ds18b20Chip;
import io.pinstream.sim.chip.HostFiles;
import io.pinstream.sim.chip.KernelDevice;
import io.pinstream.sim.signal.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Wires what the kernel shows as files.
///
/// @param journal and `signals`, `weather`: of the sensor that is being wired
record KernelWiring(SimulatedBoard board, long seed, Journal journal, Signals signals, Weather weather) {
    private static final Pattern ENTRY = Pattern.compile("(?:iio:device|hwmon)(\\d{1,4})");

    void ds18b20(SensorId id, Ds18b20Config probe) throws IOException {
        board.attach(new Ds18b20Chip(
                probe.id().orElse("28-%012x".formatted(seed & 0xffff_ffffL)),
                journal.of(id, weather.celsius().times(0.5).plus(Signal.constant(6)))));
    }

    /// A DHT22 in a cellar, whatever it is called.
    void iio(SensorId id, IioConfig device) throws IOException {
        var celsius = signals.of("temperature", weather.celsius().times(0.2).plus(Signal.constant(11)));
        board.attach(KernelDevice.dht22(
                board.root(),
                number(device.device()),
                device.device().orElse("dht11@4"),
                written(id, celsius),
                signals.of("humidity", weather.humidity().times(0.5).plus(Signal.constant(40))),
                board.world()));
    }

    /// An INA219 behind a solar panel, whatever it is called.
    void hwmon(SensorId id, HwmonConfig monitor) throws IOException {
        var volts = Signal.constant(12.4).plus(Signal.walk(seed + 7, 0.6, Duration.ofHours(3)));
        var amperes = Signal.daily(0.4, 0.4, 13).within(0, 1);
        board.attach(KernelDevice.ina219(
                board.root(),
                number(monitor.device()),
                monitor.device().orElse("ina219"),
                written(id, signals.of("voltage", volts)),
                signals.of("current", amperes),
                board.world()));
    }

    void host() throws IOException {
        board.machine(new HostFiles.Machine(
                signals.of("temperature", weather.celsius().times(0.3).plus(Signal.constant(45))),
                signals.recorded("load1")
                        .orElse(Signal.walk(seed + 4, 0.5, Duration.ofMinutes(10))
                                .plus(Signal.constant(0.6))),
                signals.recorded("memory_available").orElse(Signal.constant(200e6)),
                Signal.constant(800)));
    }

    private Signal written(SensorId id, Signal signal) {
        return time -> {
            double figure = signal.at(time);
            journal.shown(id, figure);
            return figure;
        };
    }

    /// Where the configuration names an entry it is there; else each device has one of its own.
    private int number(Optional<String> device) {
        var entry = ENTRY.matcher(device.orElse(""));
        return entry.matches()
                ? Integer.parseInt(entry.group(1))
                : board.kernelChips().size();
    }
}
