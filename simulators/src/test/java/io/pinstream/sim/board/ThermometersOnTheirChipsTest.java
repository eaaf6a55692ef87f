package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.Lm75Config;
import io.pinstream.agent.driver.Tmp102Config;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.Lm75Chip;
import io.pinstream.sim.chip.Tmp102Chip;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThermometersOnTheirChipsTest {
    private static final Tmp102Config TMP102 = new Tmp102Config(1, 0x48);
    private static final Lm75Config LM75 = new Lm75Config(1, 0x4F, 9);

    @TempDir
    Path root;

    private volatile double celsius = 21.5;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(root);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private <C extends I2cChip> C attached(int address, C chip) {
        bench.board.attach(1, address, chip);
        return chip;
    }

    private Tmp102Chip tmp102() {
        return new Tmp102Chip(time -> celsius, bench.world);
    }

    private Lm75Chip lm75(int bits) {
        return new Lm75Chip(time -> celsius, bits, bench.world);
    }

    private static double temperature(Driver.Polled driver) throws Exception {
        return figure(driver.read(), Quantity.TEMPERATURE);
    }

    @Test
    void theTmp102GivesTheTemperatureWithinItsStep() throws Exception {
        attached(0x48, tmp102());
        var driver = bench.polled(TMP102);
        for (double each : new double[] {21.53, -40, 125, 0, -0.07}) {
            celsius = each;
            var reading = driver.read();
            assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(each, within(1 / 32.0));
            assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        }
    }

    @Test
    void theTmp102SaysWhatItCannotMeasure() throws Exception {
        attached(0x48, tmp102());
        var driver = bench.polled(TMP102);
        celsius = -50;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
        celsius = 140;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE, Flaw.SATURATED));
    }

    @ParameterizedTest
    @CsvSource({
        "UNPLUGGED, NO_ANSWER, does not answer",
        "NAK, NO_ANSWER, does not answer",
        "STUCK_BUSY, NOT_READY, it hangs"
    })
    void aFaultOfTheTmp102IsSaidAndMended(Fault fault, Flaw flaw, String words) throws Exception {
        var chip = attached(0x48, tmp102());
        var driver = bench.polled(TMP102);
        driver.read();

        chip.faults().set(fault);
        fails(driver, flaw, "TMP102 at bus 1 address 0x48", words);
        chip.faults().mend(fault);

        assertThat(temperature(driver)).isCloseTo(21.5, within(1 / 32.0));
    }

    @Test
    void aBrownOutOfTheTmp102IsNotZeroDegrees() throws Exception {
        var chip = attached(0x48, new DippingChip(tmp102()));
        var driver = bench.polled(TMP102);
        driver.read();

        chip.faults().set(Fault.STUCK_BUSY);
        chip.dipBeforeRead(3); // while it is asked whether it is ready
        fails(driver, Flaw.NOT_READY, "lost its settings (configuration is 0x0000", "was set to 0x6180");
        chip.faults().mend(Fault.STUCK_BUSY);

        assertThat(temperature(driver)).isCloseTo(21.5, within(1 / 32.0));
    }

    @Test
    void aBrownOutOfTheTmp102JustBeforeItsValueIsReadIsNotZeroDegrees() throws Exception {
        var chip = attached(0x48, new DippingChip(tmp102()));
        var driver = bench.polled(TMP102);
        driver.read();
        chip.dipBeforeRead(2);

        fails(driver, Flaw.NOT_READY, "lost its settings (configuration is 0x6080, was set to 0x6180)");
    }

    @Test
    void theTmp102ComesOutOfTheExtendedModeOfAnotherProgram() throws Exception {
        var chip = attached(0x48, tmp102());
        chip.write(new byte[] {1, 0x60, (byte) 0xB0});

        assertThat(temperature(bench.polled(TMP102))).isCloseTo(21.5, within(1 / 32.0));
    }

    @ParameterizedTest
    @CsvSource({"9, 0.25", "11, 0.0625"})
    void theLm75GivesTheTemperatureWithinItsStep(int bits, double half) throws Exception {
        attached(0x48, lm75(bits));
        var driver = bench.polled(new Lm75Config(1, 0x48, bits));
        for (double each : new double[] {21.53, -54.9, 125, -0.07}) {
            celsius = each;
            var reading = driver.read();
            assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(each, within(half));
            assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        }
    }

    @ParameterizedTest
    @CsvSource({"UNPLUGGED", "NAK"})
    void aFaultOfTheLm75IsSaidAndMended(Fault fault) throws Exception {
        var chip = attached(0x4F, lm75(9));
        var driver = bench.polled(LM75);
        driver.read();

        chip.faults().set(fault);
        fails(driver, Flaw.NO_ANSWER, "LM75 at bus 1 address 0x4f does not answer");
        chip.faults().mend(fault);

        assertThat(temperature(driver)).isCloseTo(21.5, within(0.25));
    }

    @Test
    void aBrownOutOfTheLm75IsNotZeroDegrees() throws Exception {
        var chip = attached(0x4F, new DippingChip(lm75(9)));
        var driver = bench.polled(LM75);
        driver.read();
        chip.dipBeforeRead(1);

        fails(driver, Flaw.NOT_READY, "lost its settings (configuration is 0x00, was set to 0x18)");

        assertThat(temperature(driver)).isCloseTo(21.5, within(0.25));
    }

    @Test
    void theLm75IsWokenWhereAnotherProgramHasPutItToSleep() throws Exception {
        var chip = attached(0x4F, lm75(9));
        chip.write(new byte[] {1, 1});

        assertThat(temperature(bench.polled(LM75))).isCloseTo(21.5, within(0.25));
    }

    @ParameterizedTest
    @CsvSource({"72", "79"})
    void nobodyThereIsNoAnswerUntilAChipIsPluggedIn(int address) throws Exception {
        DriverConfig config = address == 0x48 ? TMP102 : LM75;
        var driver = bench.polled(config);
        fails(driver, Flaw.NO_ANSWER, "does not answer", "check its wiring");

        attached(address, address == 0x48 ? tmp102() : lm75(9));

        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }
}
