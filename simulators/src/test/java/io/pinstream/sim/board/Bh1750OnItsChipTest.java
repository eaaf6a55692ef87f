package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.Bh1750Config;
import io.pinstream.agent.driver.Driver;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.sim.chip.Bh1750Chip;
import io.pinstream.sim.chip.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class Bh1750OnItsChipTest {
    @TempDir
    Path root;

    private volatile double lux = 320;
    private Bench bench;
    private Bh1750Chip chip;
    private Driver.Polled driver;

    @BeforeEach
    void wire() throws Exception {
        bench = new Bench(root);
        chip = new Bh1750Chip(time -> lux, bench.world);
        bench.board.attach(1, 0x23, chip);
        driver = bench.polled(new Bh1750Config(1, 0x23, 69));
    }

    @AfterEach
    void close() {
        driver.close();
        bench.close();
    }

    @ParameterizedTest
    @CsvSource({"69, 320", "69, 54000", "69, 0", "31, 100000", "254, 0.3"})
    void readsHowBrightItIsWithinItsStep(int mtreg, double newLux) throws Exception {
        lux = newLux;
        try (var other = bench.polled(new Bh1750Config(1, 0x23, mtreg))) {
            var reading = other.read();

            assertThat(reading.measurements()).extracting(Measurement::quantity).containsExactly(Quantity.ILLUMINANCE);
            assertThat(figure(reading, Quantity.ILLUMINANCE)).isCloseTo(newLux, within(69 / 1.2 / mtreg));
            assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        }
    }

    @Test
    void atItsEndItIsSaturated() throws Exception {
        lux = 60_000;

        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.SATURATED));
    }

    @Test
    void theDarkIsNotTheLightOfTheReadingBefore() throws Exception {
        driver.read();
        lux = 0;

        assertThat(figure(driver.read(), Quantity.ILLUMINANCE)).isZero();
    }

    @Test
    void whatAChipThatHangsHasShownBeforeIsNoNewLight() throws Exception {
        driver.read();
        chip.faults().set(Fault.STUCK_BUSY);

        assertThat(figure(driver.read(), Quantity.ILLUMINANCE)).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"UNPLUGGED", "NAK"})
    void aFaultIsSaidAndReadingsComeBackWhenItIsMended(Fault fault) throws Exception {
        driver.read();

        chip.faults().set(fault);
        fails(driver, Flaw.NO_ANSWER, "BH1750 at bus 1 address 0x23 does not answer", "0x23 or 0x5c");
        chip.faults().mend(fault);

        assertThat(figure(driver.read(), Quantity.ILLUMINANCE)).isCloseTo(320, within(0.9));
    }

    @Test
    void aBrownOutInTheMidstOfAMeasurementIsNotTheDark() throws Exception {
        var dipping = new DippingChip(new Bh1750Chip(time -> lux, bench.world));
        bench.board.attach(1, 0x5c, dipping);
        try (var other = bench.polled(new Bh1750Config(1, 0x5c, 69))) {
            dipping.dipBeforeRead(1);

            assertThat(figure(other.read(), Quantity.ILLUMINANCE)).isCloseTo(320, within(0.9));
        }
    }

    @Test
    void aTimeThatAnotherProgramHasSetDoesNotSpoilTheValue() throws Exception {
        chip.write(new byte[] {0b01000_111});
        chip.write(new byte[] {0b011_11110});

        assertThat(figure(driver.read(), Quantity.ILLUMINANCE)).isCloseTo(320, within(0.9));
    }

    @Test
    void theChipShowsNothingNewBeforeItHasMeasuredAndTakesOneCommandATransfer() throws Exception {
        chip.faults().set(Fault.STUCK_BUSY); // so that no clock decides
        chip.write(new byte[] {0b0000_0001, 0b0010_0000});
        chip.write(new byte[] {0b0010_0000});

        assertThat(chip.read(2)).containsOnly(0);
    }
}
