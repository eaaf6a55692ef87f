package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.Max31855Config;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.Max31855Chip;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Max31855OnItsChipTest {
    private static final Quantity COLD_JUNCTION = new Quantity("cold_junction_temperature", new Unit("Cel"));

    @TempDir
    Path root;

    private volatile double celsius = 221.25;
    private volatile double junction = 24.5;
    private Bench bench;
    private Max31855Chip chip;
    private Driver.Polled driver;

    @BeforeEach
    void wire() throws Exception {
        bench = new Bench(root);
        chip = new Max31855Chip(time -> celsius, time -> junction, bench.world);
        bench.board.attach(0, 1, chip);
        driver = bench.polled(new Max31855Config(0, 1));
    }

    @AfterEach
    void close() {
        driver.close();
        bench.close();
    }

    @ParameterizedTest
    @CsvSource({
        "221.25, 24.5",
        "1350, 125",
        "-199, -40",
        "-100, 25",
        "-196, 21",
        "1000, 60",
        "-0.25, -0.0625",
        "0, 25",
        "25, 0"
    })
    void readsBothJunctionsWithinTheirSteps(double hot, double cold) throws Exception {
        celsius = hot;
        junction = cold;

        var reading = driver.read();

        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(hot, within(step(hot)));
        assertThat(figure(reading, COLD_JUNCTION)).isCloseTo(cold, within(1 / 32.0));
        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
    }

    /// Half a step of 0.25 °C on the chip's straight line, where the thermocouple gives less for a degree in the
    /// cold (15 µV at −200 °C in place of 41 µV); and what the curves of chip and driver are true to.
    private static double step(double celsius) {
        return (celsius < -150 ? 0.125 * 41 / 15 : celsius < 0 ? 0.125 * 41 / 30 : 0.16) + 0.17;
    }

    @ParameterizedTest
    @CsvSource({"1373.5, 25", "-203, 25", "25, 125.5", "25, -40.5"})
    void beyondItsRangesTheValueHasAFlaw(double hot, double cold) throws Exception {
        celsius = hot;
        junction = cold;

        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, thermocouple of the MAX31855 at SPI bus 0 chip select 1 is open",
        "SHORT_TO_GROUND, is shorted to ground",
        "SHORT_TO_SUPPLY, is shorted to the supply",
        "UNPLUGGED, no MAX31855 answers at SPI bus 0 chip select 1 (it says 0xffffffff)"
    })
    void aFaultIsSaidAndReadingsComeBackWhenItIsMended(Fault fault, String words) throws Exception {
        chip.faults().set(fault);
        fails(driver, Flaw.NO_ANSWER, words);
        chip.faults().mend(fault);

        // Until its next conversion the chip says what it said.
        await().ignoreExceptionsInstanceOf(ReadFailed.class)
                .untilAsserted(() ->
                        assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isCloseTo(221.25, within(0.3)));
    }

    @Test
    void whatThePowerOnLeavesIsNotZeroDegrees() throws Exception {
        chip.faults().brownOut();

        assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isCloseTo(221.25, within(0.3));
    }

    @Test
    void aChipThatNeverConvertsIsNotReady() {
        chip.faults().set(Fault.STUCK_BUSY);

        fails(driver, Flaw.NOT_READY, "MAX31855 at SPI bus 0 chip select 1 says nothing but zeros");
    }
}
