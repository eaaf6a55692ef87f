package io.pinstream.sim.device;

import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Bh1750Config;
import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.Bmp280Config;
import io.pinstream.agent.driver.ButtonConfig;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.Ds18b20Config;
import io.pinstream.agent.driver.GpsConfig;
import io.pinstream.agent.driver.HcSr04Config;
import io.pinstream.agent.driver.HostConfig;
import io.pinstream.agent.driver.HwmonConfig;
import io.pinstream.agent.driver.IioConfig;
import io.pinstream.agent.driver.Ina219Config;
import io.pinstream.agent.driver.Lm75Config;
import io.pinstream.agent.driver.Max31855Config;
import io.pinstream.agent.driver.Mcp3008Config;
import io.pinstream.agent.driver.Mpu6050Config;
import io.pinstream.agent.driver.PirConfig;
import io.pinstream.agent.driver.Pms5003Config;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.agent.driver.RotaryEncoderConfig;
import io.pinstream.agent.driver.Scd41Config;
import io.pinstream.agent.driver.Sht31Config;
import io.pinstream.agent.driver.Tmp102Config;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.sim.board.Connection;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.Ads1115Chip;
import io.pinstream.sim.chip.Bme280Chip;
import io.pinstream.sim.chip.Max31855Chip;
import io.pinstream.sim.chip.Mcp3008Chip;
import io.pinstream.sim.signal.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Wires a simulated board as a configuration says: each sensor finds its chip where it looks for it.
final class Wiring {
    private static final int ADS1115_INPUTS = 4;
    private static final int MCP3008_INPUTS = 8;

    private final SimulatedBoard board;
    private final long seed;
    private final Weather plain;
    private final Journal written;
    private final Sources sources;
    /// Of the sensor that is being wired: whatever passes here can be disturbed.
    private Weather weather;
    private Journal journal;
    private Signals signals;
    /// Converters have several inputs, each a sensor of its own: by place, then by input.
    private final Map<Ads1115Config, List<Signal>> ads1115s =
            new TreeMap<>(Comparator.comparingInt(Ads1115Config::bus).thenComparingInt(Ads1115Config::address));

    private final Map<Mcp3008Config, List<Signal>> mcp3008s =
            new TreeMap<>(Comparator.comparingInt(Mcp3008Config::bus).thenComparingInt(Mcp3008Config::chipSelect));

    private Wiring(SimulatedBoard board, long seed, Journal journal, Sources sources) {
        this.board = board;
        this.seed = seed;
        this.sources = sources;
        this.plain = Weather.inSeattle(seed);
        this.written = journal;
        this.weather = plain;
        this.journal = journal;
        this.signals = new Signals(board.world(), _ -> Optional.empty());
    }

    /// Attaches a chip for every sensor.
    ///
    /// @param pins opens for a moment what each driver opens, to see where it is wired
    /// @return what stands behind each sensor, in their order
    static List<Hardware> wire(
            SimulatedBoard board, Board pins, List<SensorConfig> sensors, SimulatedDevice.World world, Journal journal)
            throws IOException {
        var wiring = new Wiring(board, world.seed(), journal, world.sources());
        var hardware = new ArrayList<Hardware>();
        for (var sensor : sensors) {
            int before = board.kernelChips().size();
            wiring.begin(sensor);
            wiring.wire(sensor.id(), sensor.driver());
            var kernelChips = board.kernelChips();
            hardware.add(new Hardware(
                    sensor,
                    opened(board, pins, sensor.driver()),
                    kernelChips.subList(before, kernelChips.size()),
                    wiring.signals.byQuantity()));
        }
        wiring.ads1115s.forEach((where, volts) ->
                board.attach(where.bus(), where.address(), new Ads1115Chip(List.copyOf(volts), board.world())));
        wiring.mcp3008s.forEach((where, volts) -> board.attach(
                where.bus(),
                where.chipSelect(),
                new Mcp3008Chip(List.copyOf(volts), where.referenceVolts(), board.world())));
        return hardware;
    }

    private static List<Connection> opened(SimulatedBoard board, Board pins, DriverConfig driver) {
        var ignored = board.takeOpened();
        try (var _ = driver.open(pins)) {
            return board.takeOpened();
        } catch (IOException unreachable) {
            return board.takeOpened(); // the agent will say why
        }
    }

    /// Lets everything that this sensor's chip feels be disturbed: its first quantity where it is written down,
    /// the others where they come from the weather.
    private void begin(SensorConfig sensor) {
        var own = new Signals(board.world(), name -> Felt.recorded(sensor, name, sources));
        var names = sensor.driver().quantities().stream().map(Quantity::name).toList();
        signals = own;
        // A device of the kernel's names more than the simulated one has.
        boolean exact = !(sensor.driver() instanceof IioConfig || sensor.driver() instanceof HwmonConfig);
        weather = plain.with((name, signal) -> exact && names.indexOf(name) > 0 ? own.of(name, signal) : signal);
        journal = new Journal() {
            @Override
            public void shown(SensorId id, double figure) {
                written.shown(id, figure);
            }

            @Override
            public Signal of(SensorId id, Signal signal) {
                return written.of(id, own.of(names.getFirst(), signal));
            }
        };
    }

    private void wire(SensorId id, DriverConfig driver) throws IOException {
        switch (driver) {
            case Bme280Config(int bus, int address) ->
                board.attach(bus, address, Bme280Chip.bme280(air(id), board.world()));
            case Bmp280Config(int bus, int address) ->
                board.attach(bus, address, Bme280Chip.bmp280(air(id), board.world()));
            case Ds18b20Config probe -> kernel().ds18b20(id, probe);
            case IioConfig device -> kernel().iio(id, device);
            case HwmonConfig monitor -> kernel().hwmon(id, monitor);
            case HostConfig _ -> kernel().host();
            case Pms5003Config counter -> serial().pms5003(id, counter);
            case GpsConfig receiver -> serial().gps(id, receiver);
            case ContactConfig contact -> lines().contact(id, contact);
            case PirConfig detector -> lines().pir(id, detector);
            case ButtonConfig button -> lines().button(id, button);
            case RotaryEncoderConfig encoder -> lines().rotaryEncoder(id, encoder);
            case HcSr04Config ranger -> lines().hcSr04(id, ranger);
            case PulseCounterConfig counter -> lines().pulseCounter(counter);
            case Ads1115Config converter ->
                input(
                        ads1115s.computeIfAbsent(converter, _ -> silence(ADS1115_INPUTS)),
                        switch (converter.input()) {
                            case A0, A0_A1, A0_A3 -> 0;
                            case A1, A1_A3 -> 1;
                            case A2, A2_A3 -> 2;
                            case A3 -> 3;
                        },
                        id);
            case Ina219Config meter -> i2c().ina219(id, meter);
            case Scd41Config meter -> i2c().scd41(id, meter);
            case Mpu6050Config meter -> i2c().mpu6050(id, meter);
            case Sht31Config meter -> i2c().sht31(id, meter);
            case Bh1750Config meter -> i2c().bh1750(id, meter);
            case Tmp102Config thermometer -> i2c().tmp102(id, thermometer);
            case Lm75Config thermometer -> i2c().lm75(id, thermometer);
            case Mcp3008Config converter ->
                input(mcp3008s.computeIfAbsent(converter, _ -> silence(MCP3008_INPUTS)), converter.channel(), id);
            case Max31855Config thermocouple ->
                // An oven, and what the board beside it feels.
                board.attach(
                        thermocouple.bus(),
                        thermocouple.chipSelect(),
                        new Max31855Chip(
                                journal.of(
                                        id, Signal.constant(220).plus(Signal.walk(seed + 31, 40, Duration.ofHours(1)))),
                                signals.of("cold_junction_temperature", Signal.constant(31)),
                                board.world()));
        }
    }

    private SerialWiring serial() {
        return new SerialWiring(board, seed, journal, signals, weather);
    }

    private KernelWiring kernel() {
        return new KernelWiring(board, seed, journal, signals, weather);
    }

    private LineWiring lines() {
        return new LineWiring(board, seed, journal, signals, weather);
    }

    private I2cWiring i2c() {
        return new I2cWiring(board, seed, journal, signals, weather);
    }

    private Bme280Chip.Air air(SensorId id) {
        return new Bme280Chip.Air(journal.of(id, weather.celsius()), weather.humidity(), weather.pascal());
    }

    private static List<Signal> silence(int inputs) {
        return new ArrayList<>(Collections.nCopies(inputs, Signal.constant(0)));
    }

    /// Soil moisture, say: a volt and a half that wanders.
    private void input(List<Signal> inputs, int number, SensorId id) {
        inputs.set(
                number,
                journal.of(
                        id,
                        Signal.constant(1.5)
                                .plus(Signal.walk(seed + 10 + number, 0.8, Duration.ofHours(2)))
                                .plus(Signal.noise(seed + 10 + number, 0.002))));
    }
}
