package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.HwmonConfig;
import io.pinstream.agent.driver.IioConfig;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.KernelDevice;
import io.pinstream.sim.signal.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Chips that a driver of the kernel shows: Industrial I/O and hardware monitors.
final class KernelDevicesOnTheBoardTest {
    @TempDir
    Path root;

    private volatile double celsius = 21.4;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(root);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aDht22GivesWhatTheWorldIsAndEveryFaultIsSaidAndMended() throws Exception {
        var chip = KernelDevice.dht22(root, 0, "dht11@4", _ -> celsius, Signal.constant(55.5), bench.world);
        bench.board.attach(chip);
        var driver = bench.polled(new IioConfig(Optional.empty(), List.of()));

        for (double each : new double[] {-39.9, 0, 21.4, 79.9}) {
            celsius = each;
            bench.board.step();
            var reading = driver.read();
            assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(each, within(1e-9));
            assertThat(figure(reading, Quantity.HUMIDITY)).isCloseTo(55.5, within(1e-9));
        }
        for (var fault : List.of(Fault.UNPLUGGED, Fault.NAK, Fault.WRONG_CRC)) {
            chip.faults().set(fault);
            bench.board.step();
            fails(driver, Flaw.NO_ANSWER, "IIO device");
            chip.faults().mend(fault);
            bench.board.step();
            assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isCloseTo(79.9, within(1e-9));
        }
    }

    @Test
    void rawFiguresBecomeValuesByOffsetAndScale() throws Exception {
        bench.board.attach(new KernelDevice(
                root,
                "sys/bus/iio/devices/iio:device3",
                Map.of(
                        "name",
                        "mpu6050",
                        "in_accel_scale",
                        "0.000598",
                        "in_temp_scale",
                        "2.941176",
                        "in_temp_offset",
                        "12420"),
                List.of(
                        new KernelDevice.Figure("in_accel_x_raw", Signal.constant(-16384), 1),
                        new KernelDevice.Figure("in_accel_z_raw", Signal.constant(16384), 1),
                        new KernelDevice.Figure("in_temp_raw", Signal.constant(-3580), 1)),
                bench.world));
        var reading =
                bench.polled(new IioConfig(Optional.of("mpu6050"), List.of())).read();

        var acceleration = new Unit("m/s2");
        assertThat(figure(reading, new Quantity("acceleration_x", acceleration)))
                .isCloseTo(-9.798, within(0.001));
        assertThat(figure(reading, new Quantity("acceleration_z", acceleration)))
                .isCloseTo(9.798, within(0.001));
        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(26, within(0.01));
    }

    @Test
    void aScaleThatCannotBeReadAndAnotherDeviceInItsPlaceAreNoValues() throws Exception {
        var chip = root.resolve("sys/bus/iio/devices/iio:device0");
        Files.createDirectories(chip);
        Files.writeString(chip.resolve("name"), "ads1015\n");
        Files.writeString(chip.resolve("in_voltage0_raw"), "400\n");
        Files.writeString(chip.resolve("in_voltage0_scale"), "3\n");
        var driver = bench.polled(new IioConfig(Optional.of("ads1015"), List.of()));
        var voltage = new Quantity("voltage0", new Unit("V"));
        assertThat(figure(driver.read(), voltage)).isCloseTo(1.2, within(1e-9));

        Files.writeString(chip.resolve("in_voltage0_scale"), "\n");
        fails(driver, Flaw.NO_ANSWER, "ads1015 does not give voltage0");
        Files.writeString(chip.resolve("in_voltage0_scale"), "2\n");
        assertThat(figure(driver.read(), voltage)).isCloseTo(0.8, within(1e-9));
        Files.writeString(chip.resolve("name"), "mcp3422\n");
        fails(driver, Flaw.NO_ANSWER, "no IIO device ads1015", "mcp3422");
    }

    @Test
    void amongSeveralDevicesItWantsOneByName() throws Exception {
        bench.board.attach(KernelDevice.dht22(root, 0, "dht11@4", _ -> 10, Signal.constant(40), bench.world));
        bench.board.attach(KernelDevice.dht22(root, 1, "dht11@5", _ -> 20, Signal.constant(50), bench.world));

        fails(
                bench.polled(new IioConfig(Optional.empty(), List.of())),
                Flaw.NO_ANSWER,
                "more than one",
                "dht11@4",
                "device");
        fails(
                bench.polled(new IioConfig(Optional.of("bme680"), List.of())),
                Flaw.NO_ANSWER,
                "no IIO device bme680",
                "dht11@5");
        fails(
                bench.polled(new IioConfig(Optional.of("dht11@5"), List.of("pressure"))),
                Flaw.NO_ANSWER,
                "dht11@5 has no channel pressure");
        var wet = bench.polled(new IioConfig(Optional.of("iio:device1"), List.of("humidityrelative")))
                .read();
        assertThat(wet.measurements()).containsExactly(Measurement.of(Quantity.HUMIDITY, 50.0));
    }

    @Test
    void aMonitorGivesVoltageCurrentAndPowerAndEveryFaultIsSaidAndMended() throws Exception {
        var chip = KernelDevice.ina219(root, 2, "ina219", Signal.constant(12.4), Signal.constant(0.5), bench.world);
        bench.board.attach(chip);
        var driver = bench.polled(new HwmonConfig(Optional.of("ina219"), List.of()));

        var reading = driver.read();
        assertThat(figure(reading, Quantity.VOLTAGE)).isCloseTo(12.4, within(1e-9));
        assertThat(figure(reading, Quantity.CURRENT)).isCloseTo(0.5, within(1e-9));
        assertThat(figure(reading, Quantity.POWER)).isCloseTo(6.2, within(1e-9));
        var one =
                bench.polled(new HwmonConfig(Optional.empty(), List.of("in1"))).read();
        assertThat(figure(one, new Quantity("voltage1", new Unit("V")))).isCloseTo(12.4, within(1e-9));
        for (var fault : List.of(Fault.UNPLUGGED, Fault.NAK)) {
            chip.faults().set(fault);
            bench.board.step();
            fails(driver, Flaw.NO_ANSWER, "hardware monitor", "ina219");
            chip.faults().mend(fault);
            bench.board.step();
            assertThat(figure(driver.read(), Quantity.VOLTAGE)).isCloseTo(12.4, within(1e-9));
        }
    }
}
