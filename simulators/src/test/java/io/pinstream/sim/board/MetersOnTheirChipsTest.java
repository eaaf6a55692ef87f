package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.Ina219Config;
import io.pinstream.agent.driver.Mpu6050Config;
import io.pinstream.agent.driver.Scd41Config;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.sim.chip.Ads1115Chip;
import io.pinstream.sim.chip.Bme280Chip;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.Ina219Chip;
import io.pinstream.sim.chip.Mpu6050Chip;
import io.pinstream.sim.chip.Nak;
import io.pinstream.sim.chip.Scd41Chip;
import io.pinstream.sim.signal.Signal;
import io.pinstream.sim.signal.WorldTime;
import io.pinstream.time.TimeSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// INA219, SCD41 and MPU-6050.
final class MetersOnTheirChipsTest {
    private static final Quantity UPWARDS = new Quantity("acceleration_z", new Unit("m/s2"));
    private static final Quantity TURNING = new Quantity("rotation_x", new Unit("rad/s"));

    @TempDir
    Path root;

    private volatile double moved = 1;
    private volatile double volts = 12;
    private volatile double ppm = 812;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(root);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Ina219Chip ina219(double ohms) {
        var chip = new Ina219Chip(time -> volts, time -> moved, ohms, bench.world);
        bench.board.attach(1, 0x40, chip);
        return chip;
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.4", "0.1, 0.8", "0.1, 1.6", "0.1, 3.2", "0.002, 15"})
    void theIna219GivesTheCurrentWithinItsStepInEveryRange(double ohms, double most) throws Exception {
        ina219(ohms);
        var driver = bench.polled(new Ina219Config(1, 0x40, ohms, most));
        for (double part : new double[] {-0.99, -0.1, 0, 0.5, 0.99}) {
            moved = part * most;

            var reading = driver.read();

            assertThat(reading.quality()).isEqualTo(Quality.GOOD);
            assertThat(figure(reading, Quantity.CURRENT)).isCloseTo(moved, within(10e-6 / ohms));
            assertThat(figure(reading, Quantity.VOLTAGE)).isCloseTo(12, within(0.004));
            assertThat(figure(reading, Quantity.POWER)).isCloseTo(12 * moved, within(12 * 10e-6 / ohms));
        }
    }

    @Test
    void theIna219AtItsEndIsSaturated() throws Exception {
        ina219(0.1);
        moved = 1;

        var reading = bench.polled(new Ina219Config(1, 0x40, 0.1, 0.4)).read();

        assertThat(reading.quality()).isEqualTo(Quality.of(Flaw.SATURATED));
        assertThat(figure(reading, Quantity.CURRENT)).isCloseTo(0.4, within(1e-6));
    }

    @Test
    void aSupplyBeyondWhatTheIna219StandsHasAFlaw() throws Exception {
        ina219(0.1);
        var driver = bench.polled(new Ina219Config(1, 0x40, 0.1, 3.2));

        volts = 27;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
        volts = 33;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE, Flaw.SATURATED));
        volts = 26;
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    /// SBOS448G, 9.2.2.1, the registers of its example circuit: 10 A through 2 mΩ, 11.98 V, calibration 5000h.
    @Test
    void theIna219ItselfComputesAsInItsExample() throws Exception {
        volts = 11.98;
        moved = 10;
        var chip = ina219(0.002);
        chip.write(new byte[] {5, 0x50, 0x00});

        await().untilAsserted(() -> {
            assertThat(register(chip, 1)).isEqualTo(0x07D0);
            assertThat(register(chip, 2) >> 3).isEqualTo(0x5D98 >> 3);
            assertThat(register(chip, 4)).isEqualTo(0x2710);
            assertThat(register(chip, 3)).isEqualTo(0x1766);
        });

        // And knows neither current nor power after a dip, which is why the driver does not ask for them
        chip.faults().brownOut();
        await().untilAsserted(() -> assertThat(register(chip, 1)).isEqualTo(0x07D0));
        assertThat(register(chip, 4)).isZero();
    }

    private static int register(Ina219Chip chip, int number) throws Nak {
        chip.write(new byte[] {(byte) number});
        var bytes = chip.read(2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    @Test
    void anotherChipInThePlaceOfAnIna219IsNoMeter() throws Exception {
        var still = Signal.constant(1);
        bench.board.attach(1, 0x41, new Ads1115Chip(List.of(still, still, still, still), bench.world));

        fails(bench.polled(new Ina219Config(1, 0x41, 0.1, 3.2)), Flaw.NOT_READY, "INA219 at bus 1 address 0x41");
    }

    @ParameterizedTest
    @CsvSource({"UNPLUGGED, NO_ANSWER, does not answer", "STUCK_BUSY, NOT_READY, it hangs"})
    void aFaultOfTheIna219IsSaidAndMended(Fault fault, Flaw flaw, String words) throws Exception {
        var chip = ina219(0.1);
        var driver = bench.polled(new Ina219Config(1, 0x40, 0.1, 3.2));
        driver.read();

        chip.faults().set(fault);
        fails(driver, flaw, words, "bus 1 address 0x40");
        chip.faults().mend(fault);

        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void theMpu6050FeelsWhereIsUpAndHowItTurns() throws Exception {
        var chip = mpu6050();
        var driver = bench.polled(new Mpu6050Config(1, 0x68, 4, 500));

        var reading = driver.read();

        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        assertThat(figure(reading, UPWARDS)).isCloseTo(9.80665, within(0.002));
        assertThat(figure(reading, TURNING)).isCloseTo(1, within(0.001));
        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(30, within(0.01));

        // When it turns faster than its range
        moved = 20;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.SATURATED));
        moved = 1;

        // When its power dips: it sleeps, and its registers are 0
        chip.faults().brownOut();
        fails(driver, Flaw.NOT_READY, "lost its settings", "0x40");
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);

        // When it hangs
        chip.faults().set(Fault.STUCK_BUSY);
        fails(driver, Flaw.NOT_READY, "no new sample");
        chip.faults().mend(Fault.STUCK_BUSY);
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    private Mpu6050Chip mpu6050() {
        var still = Signal.constant(0);
        var chip = new Mpu6050Chip(
                new Mpu6050Chip.Motion(
                        List.of(still, still, Signal.constant(9.80665)),
                        List.of(time -> moved, still, still),
                        Signal.constant(30)),
                bench.world);
        bench.board.attach(1, 0x68, chip);
        return chip;
    }

    @Test
    void anotherChipInThePlaceOfAnMpu6050IsNamed() throws Exception {
        var air = new Bme280Chip.Air(Signal.constant(20), Signal.constant(50), Signal.constant(100_000));
        bench.board.attach(1, 0x69, Bme280Chip.bme280(air, bench.world));

        fails(
                bench.polled(new Mpu6050Config(1, 0x69, 2, 250)),
                Flaw.NO_ANSWER,
                "says id 0x00, but an MPU-6050 says 0x68");
    }

    @Test
    void theScd41WaitsForItsFirstMeasurementAndStartsAnewAfterAFault() throws Exception {
        // Given a world that goes faster, because the chip takes 5 s
        var fast = WorldTime.from(Instant.parse("2026-11-23T12:00:00Z"), 100, TimeSource.system()::nanos);
        var chip = new Scd41Chip(new Scd41Chip.Air(time -> ppm, Signal.constant(21.5), Signal.constant(44)), fast);
        bench.board.attach(1, 0x62, chip);
        var driver = bench.polled(new Scd41Config(1, 440, 4, false));

        // Then
        assertAir(driver);
        assertAir(driver);

        chip.faults().set(Fault.WRONG_CRC);
        fails(driver, Flaw.CHECKSUM, "checksum of word 0");
        chip.faults().mend(Fault.WRONG_CRC);
        assertAir(driver);

        chip.faults().set(Fault.UNPLUGGED);
        fails(driver, Flaw.NO_ANSWER, "does not answer");
        chip.faults().mend(Fault.UNPLUGGED);
        assertAir(driver);

        chip.faults().brownOut();
        command(chip, 0xe4b8); // waits until it has started
        fails(driver, Flaw.NOT_READY, "should every 5 s");
        assertAir(driver);

        ppm = 0;
        fails(driver, Flaw.NOT_READY, "says 0 ppm: it has not measured");
        ppm = 812;
        assertAir(driver);
    }

    @Test
    void theScd41IsSetUpAsConfigured() throws Exception {
        var fast = WorldTime.from(Instant.parse("2026-11-23T12:00:00Z"), 100, TimeSource.system()::nanos);
        var chip = new Scd41Chip(new Scd41Chip.Air(time -> ppm, Signal.constant(21.5), Signal.constant(44)), fast);
        bench.board.attach(1, 0x62, chip);
        var driver = bench.polled(new Scd41Config(1, 1950, 5.4, false));

        assertAir(driver);

        // Data sheet "SCD4x", 3.7.1 and 3.7.3, the words of its examples: 5.4 °C is 0x07e6, 1950 m is 0x079e
        command(chip, 0x3f86);
        assertThat(answer(chip, 0x2318)).containsExactly(0x07, 0xe6, 0x48);
        assertThat(answer(chip, 0x2322)).containsExactly(0x07, 0x9e, 0x09);
        assertThat(answer(chip, 0x2313)).startsWith(0x00, 0x00);
    }

    private static byte[] answer(Scd41Chip chip, int command) {
        command(chip, command);
        return await().ignoreExceptionsInstanceOf(Nak.class).until(() -> chip.read(3), _ -> true);
    }

    /// As soon as the chip takes it.
    private static void command(Scd41Chip chip, int command) {
        await().ignoreExceptionsInstanceOf(Nak.class).until(() -> {
            chip.write(new byte[] {(byte) (command >> 8), (byte) command});
            return true;
        });
    }

    private static void assertAir(Driver.Polled driver) throws Exception {
        var reading = driver.read();
        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        assertThat(figure(reading, Quantity.CO2)).isEqualTo(812);
        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(21.5, within(0.003));
        assertThat(figure(reading, Quantity.HUMIDITY)).isCloseTo(44, within(0.002));
    }
}
