package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.Sht31Config;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.Nak;
import io.pinstream.sim.chip.Sht31Chip;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Sht31OnItsChipTest {
    @TempDir
    Path root;

    private volatile double celsius = 21.5;
    private volatile double humidity = 48;
    private Bench bench;
    private Sht31Chip chip;
    private Driver.Polled driver;

    @BeforeEach
    void wire() throws Exception {
        bench = new Bench(root);
        chip = chip();
        bench.board.attach(1, 0x44, chip);
        driver = bench.polled(new Sht31Config(1, 0x44));
    }

    @AfterEach
    void close() {
        driver.close();
        bench.close();
    }

    /// The tolerances are a step of 16 bits (4.13).
    @ParameterizedTest
    @CsvSource({"21.5, 48", "-40, 0", "125, 100", "0, 99.9", "-0.01, 0.1"})
    void readsWhatTheAirIs(double newCelsius, double newHumidity) throws Exception {
        celsius = newCelsius;
        humidity = newHumidity;

        var reading = driver.read();

        assertThat(reading.measurements())
                .extracting(Measurement::quantity)
                .containsExactly(Quantity.TEMPERATURE, Quantity.HUMIDITY);
        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(newCelsius, within(0.0027));
        assertThat(figure(reading, Quantity.HUMIDITY)).isCloseTo(newHumidity, within(0.0016));
    }

    @Test
    void neverNeedsABoardThatWaitsForAChipThatHoldsTheClock() throws Exception {
        bench.board.stretchLimit(1, Duration.ZERO);

        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void theChipHoldsTheClockWhereItIsAskedToAndTheBoardWaitsAsLongAsItDoes() throws Exception {
        try (var bus = bench.i2c(1, 0x44)) {
            byte[] measureAndHold = {0x2C, 0x06};

            bus.write(measureAndHold);
            assertThat(bus.read(6)).isNotEqualTo(new byte[6]);
            assertThat(chip.stretch()).isZero(); // it is over

            bench.board.stretchLimit(1, Duration.ofNanos(640_000));
            bus.write(measureAndHold);
            assertThatThrownBy(() -> bus.read(6)).hasMessageContaining("timed out");
        }
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void beyondItsRangeTheValueHasAFlaw() throws Exception {
        celsius = 125.1;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
        celsius = 124.9;
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    @ParameterizedTest
    @CsvSource({
        "UNPLUGGED, NO_ANSWER, does not answer",
        "NAK, NO_ANSWER, does not answer",
        "STUCK_BUSY, NOT_READY, 'took the command, but gives no value after 46 ms'",
        "WRONG_CRC, CHECKSUM, the checksum of its temperature does not fit"
    })
    void aFaultIsSaidAndReadingsComeBackWhenItIsMended(Fault fault, Flaw flaw, String words) throws Exception {
        driver.read();

        chip.faults().set(fault);
        fails(driver, flaw, "SHT31 at bus 1 address 0x44", words);
        fails(driver, flaw, words);
        chip.faults().mend(fault);

        var reading = driver.read();
        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        assertThat(figure(reading, Quantity.HUMIDITY)).isCloseTo(48, within(0.002));
    }

    @Test
    void aBrownOutInTheMidstOfAMeasurementIsNoReading() throws Exception {
        var dipping = new DippingChip(chip());
        bench.board.attach(1, 0x45, dipping);
        var other = bench.polled(new Sht31Config(1, 0x45));
        other.read();
        dipping.dipBeforeRead(1);

        fails(other, Flaw.NOT_READY, "its power dipped, or it hangs");

        assertThat(other.read().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void takesOverAChipThatAnotherProgramLeftInPeriodicMode() throws Exception {
        chip.write(new byte[] {0x21, 0x30});
        chip.write(new byte[] {0x30, 0x6D});

        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);

        chip.write(new byte[] {(byte) 0xF3, 0x2D});
        assertThat(chip.read(2)[0] & 0x20).as("heater").isZero();
    }

    @Test
    void theChipDoesNotAcknowledgeAReadBeforeItHasMeasured() throws Exception {
        chip.faults().set(Fault.STUCK_BUSY); // so that no clock decides
        chip.write(new byte[] {0x24, 0});

        assertThatExceptionOfType(Nak.class).isThrownBy(() -> chip.read(6));
    }

    /// 4.12, table 20: the status at power-on is 0x8010 (table 18); its CRC is computed from the polynomial there.
    @Test
    void theChipTellsThatItWasReset() throws Exception {
        chip.write(new byte[] {(byte) 0xF3, 0x2D});

        assertThat(chip.read(3)).containsExactly(0x80, 0x10, 0xE1);
    }

    private Sht31Chip chip() {
        return new Sht31Chip(time -> celsius, time -> humidity, bench.world);
    }
}
