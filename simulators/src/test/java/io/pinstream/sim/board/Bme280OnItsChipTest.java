package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.Bmp280Config;
import io.pinstream.agent.driver.Driver;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.sim.chip.Bme280Chip;
import io.pinstream.sim.chip.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Bme280OnItsChipTest {
    @TempDir
    Path root;

    private volatile double celsius = 21.5;
    private volatile double humidity = 48;
    private volatile double pascal = 101_325;
    private Bench bench;
    private Bme280Chip chip;
    private Driver.Polled driver;

    @BeforeEach
    void wire() throws Exception {
        bench = new Bench(root);
        chip = Bme280Chip.bme280(air(), bench.world);
        bench.board.attach(1, 0x76, chip);
        driver = bench.polled(new Bme280Config(1, 0x76));
    }

    @AfterEach
    void close() {
        driver.close();
        bench.close();
    }

    /// The chip goes by Bosch's integer formulas and the driver by the double ones; the tolerance is the
    /// resolution without oversampling (3.4: 0.005 °C, 2.6 Pa) and what the integer formulas cut off.
    @ParameterizedTest
    @CsvSource({
        "21.5, 48, 101325",
        "0, 100, 110000",
        "26.49, 60, 85000",
        "-40, 10, 30000",
        "85, 5, 100000",
        "-10.25, 93.7, 99000",
        "35, 0.5, 101000"
    })
    void readsWhatTheAirIs(double newCelsius, double newHumidity, double newPascal) throws Exception {
        celsius = newCelsius;
        humidity = newHumidity;
        pascal = newPascal;

        var reading = driver.read();

        assertThat(reading.measurements())
                .extracting(Measurement::quantity)
                .containsExactly(Quantity.TEMPERATURE, Quantity.HUMIDITY, Quantity.PRESSURE);
        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(newCelsius, within(0.01));
        assertThat(figure(reading, Quantity.HUMIDITY)).isCloseTo(newHumidity, within(0.05));
        assertThat(figure(reading, Quantity.PRESSURE)).isCloseTo(newPascal, within(4.0));
    }

    @Test
    void aGoodReadingHasGoodQuality() throws Exception {
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
        celsius = 30;
        assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isCloseTo(30, within(0.01));
    }

    @Test
    void beyondTheRangesOfTheChipTheValueHasAFlaw() throws Exception {
        celsius = 90;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
        celsius = 20;
        pascal = 29_000;
        assertThat(driver.read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
        pascal = 100_000;
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    @ParameterizedTest
    @CsvSource({
        "UNPLUGGED, NO_ANSWER, does not answer",
        "NAK, NO_ANSWER, does not answer",
        "STUCK_BUSY, NOT_READY, it hangs"
    })
    void aFaultIsSaidAndReadingsComeBackWhenItIsMended(Fault fault, Flaw flaw, String words) throws Exception {
        driver.read();

        chip.faults().set(fault);
        fails(driver, flaw, "BME280 at bus 1 address 0x76", words);
        fails(driver, flaw, words);
        chip.faults().mend(fault);

        assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isCloseTo(21.5, within(0.01));
    }

    @Test
    void readsAgainAfterABrownOut() throws Exception {
        driver.read();
        chip.faults().brownOut();

        assertThat(figure(driver.read(), Quantity.HUMIDITY)).isCloseTo(48, within(0.05));
    }

    @Test
    void aBrownOutInTheMidstOfAMeasurementIsNoReading() throws Exception {
        // Given a chip that has been read once, and measures until its power dips
        var dipping = new DippingChip(Bme280Chip.bme280(air(), bench.world));
        bench.board.attach(1, 0x77, dipping);
        var other = bench.polled(new Bme280Config(1, 0x77));
        other.read();
        dipping.faults().set(Fault.STUCK_BUSY);
        dipping.dipBeforeRead(3);

        fails(other, Flaw.NOT_READY, "lost its settings (ctrl_meas is 0x00 and ctrl_hum 0x00)");

        dipping.faults().mend(Fault.STUCK_BUSY);
        assertThat(other.read().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void anEmptyCalibrationIsNotReady() throws Exception {
        chip.faults().set(Fault.NO_CALIBRATION);
        fails(driver, Flaw.NOT_READY, "has no calibration (dig_T1 is 0, dig_P1 is 0");

        chip.faults().mend(Fault.NO_CALIBRATION);
        assertThat(driver.read().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void saysWhichTypeToConfigureWhereTheOtherChipIsThere() throws Exception {
        bench.board.attach(1, 0x77, Bme280Chip.bmp280(air(), bench.world));

        fails(
                bench.polled(new Bme280Config(1, 0x77)),
                Flaw.NO_ANSWER,
                "chip at bus 1 address 0x77 says id 0x58 (BMP280), but the configuration says BME280: change type to \"bmp280\"");
    }

    @Test
    void theSmallerChipHasNoHumidity() throws Exception {
        bench.board.attach(1, 0x77, Bme280Chip.bmp280(air(), bench.world));

        var reading = bench.polled(new Bmp280Config(1, 0x77)).read();

        assertThat(reading.measurements())
                .extracting(Measurement::quantity)
                .containsExactly(Quantity.TEMPERATURE, Quantity.PRESSURE);
        assertThat(figure(reading, Quantity.TEMPERATURE)).isCloseTo(21.5, within(0.01));
        assertThat(figure(reading, Quantity.PRESSURE)).isCloseTo(101_325, within(4.0));
    }

    @Test
    void nobodyThereIsNoAnswerUntilAChipIsPluggedIn() throws Exception {
        var late = bench.polled(new Bme280Config(3, 0x76));
        fails(late, Flaw.NO_ANSWER, "BME280 at bus 3 address 0x76 does not answer", "check its wiring");

        bench.board.attach(3, 0x76, Bme280Chip.bme280(air(), bench.world));

        assertThat(late.read().quality()).isEqualTo(Quality.GOOD);
    }

    private Bme280Chip.Air air() {
        return new Bme280Chip.Air(time -> celsius, time -> humidity, time -> pascal);
    }
}
