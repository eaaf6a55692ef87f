package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The conversions of chips that give their own figures, against the tables and examples of the data sheets.
final class SensorFiguresTest {
    /// Computed from the formulas in SHT3x-DIS, 4.13: the data sheet has no example.
    @ParameterizedTest
    @CsvSource({"0, -45, 0", "65535, 130, 100", "26214, 25, 40", "13107, -10, 20"})
    void agreesWithTheFormulasOfTheSht31(int raw, double celsius, double humidity) {
        assertThat(Sht31.celsius(raw)).isCloseTo(celsius, within(1e-9));
        assertThat(Sht31.humidity(raw)).isCloseTo(humidity, within(1e-9));
    }

    /// BH1750FVI technical note, "Read Format": its example, high byte 1000_0011, low byte 1001_0000, about 28067
    /// lx.
    @Test
    void agreesWithTheExampleOfTheBh1750() {
        assertThat(Bh1750.lux(0b1000_0011_1001_0000, 69)).isCloseTo(28067, within(0.5));
    }

    /// Computed from the formula in "Measurement result adjustment function": half the time gives half the steps.
    @Test
    void theTimeOfTheBh1750GoesIntoItsValue() {
        assertThat(Bh1750.lux(1000, 138)).isCloseTo(Bh1750.lux(500, 69), within(1e-9));
        assertThat(Bh1750.lux(65535, 31)).isCloseTo(121_557, within(1.0));
        assertThat(Bh1750.longestMillis(69)).isEqualTo(181);
        assertThat(Bh1750.longestMillis(254)).isEqualTo(663);
    }

    /// TMP102 data sheet, table 5, "12-Bit Temperature Data Format"; in the register, four zeros follow.
    @ParameterizedTest
    @CsvSource({
        "7FF, 127.9375",
        "640, 100",
        "500, 80",
        "4B0, 75",
        "320, 50",
        "190, 25",
        "004, 0.25",
        "000, 0",
        "FFC, -0.25",
        "E70, -25",
        "C90, -55"
    })
    void agreesWithTheTableOfTheTmp102(String output, double celsius) {
        assertThat(Tmp102.celsius(Integer.parseInt(output, 16) << 4)).isEqualTo(celsius);
    }

    /// LM75B, LM75C data sheet, SNIS153B, "Temperature Data Format"; below stand seven undefined bits.
    @ParameterizedTest
    @CsvSource({"0FA, 125", "032, 25", "001, 0.5", "000, 0", "1FF, -0.5", "1CE, -25", "192, -55"})
    void agreesWithTheTableOfTheLm75(String output, double celsius) {
        int register = Integer.parseInt(output, 16) << 7;
        assertThat(Lm75.celsius(register, 9)).isEqualTo(celsius);
        assertThat(Lm75.celsius(register | 0x7f, 9)).isEqualTo(celsius);
    }

    /// Computed from the formula in the LM75B data sheet of NXP, 7.4.3: 0.125 °C a step of 11 bits.
    @Test
    void elevenBitsOfAnLm75AreFinerSteps() {
        assertThat(Lm75.celsius(0x0020, 11)).isEqualTo(0.125);
        assertThat(Lm75.celsius(0xFFE0, 11)).isEqualTo(-0.125);
        assertThat(Lm75.celsius(0x0020, 9)).isZero();
    }

    /// MAX31855 data sheet, 19-5793 rev. 5, table 4: D[31:18], 14 bits.
    @ParameterizedTest
    @CsvSource({
        "01100100000000, 1600",
        "00111110100000, 1000",
        "00000110010011, 100.75",
        "00000001100100, 25",
        "00000000000000, 0",
        "11111111111111, -0.25",
        "11111111111100, -1",
        "11110000011000, -250"
    })
    void agreesWithTheThermocouplesTableOfTheMax31855(String output, double celsius) {
        assertThat(Max31855.celsius(Integer.parseInt(output, 2) << 18 | 0xFFF7)).isEqualTo(celsius);
    }

    /// MAX31855 data sheet, 19-5793 rev. 5, table 5: D[15:4], 12 bits.
    @ParameterizedTest
    @CsvSource({
        "011111110000, 127",
        "011001001001, 100.5625",
        "000110010000, 25",
        "000000000000, 0",
        "111111111111, -0.0625",
        "111111110000, -1",
        "111011000000, -20",
        "110010010000, -55"
    })
    void agreesWithTheColdJunctionsTableOfTheMax31855(String output, double celsius) {
        assertThat(Max31855.coldJunction(0x12350007 | Integer.parseInt(output, 2) << 4))
                .isEqualTo(celsius);
    }

    /// NIST Monograph 175, table of type K: mV at °C.
    @ParameterizedTest
    @CsvSource({
        "-200, -5.891",
        "-100, -3.554",
        "0, 0",
        "25, 1.000",
        "100, 4.096",
        "200, 8.138",
        "300, 12.209",
        "500, 20.644",
        "800, 33.275",
        "1000, 41.276",
        "1200, 48.838",
        "1372, 54.886"
    })
    void agreesWithTheTableOfAThermocoupleOfTypeK(double celsius, double millivolts) {
        assertThat(ThermocoupleK.millivolts(celsius)).isCloseTo(millivolts, within(0.0006));
        assertThat(ThermocoupleK.celsius(millivolts)).isCloseTo(celsius, within(0.08));
    }

    @Test
    void beyondItsCurveAThermocoupleIsStillHotterOrColder() {
        assertThat(ThermocoupleK.celsius(54.9)).isBetween(1372.0, 1373.0);
        assertThat(ThermocoupleK.celsius(84)).isGreaterThan(2000);
        assertThat(ThermocoupleK.celsius(-5.9)).isBetween(-201.0, -200.0);
        assertThat(ThermocoupleK.celsius(-6.4)).isLessThan(-220);
    }

    /// Computed from NIST's table: with the junction at 25 °C, −100 °C gives −3.554 − 1.000 mV, which the chip
    /// takes for 25 − 4.554 ÷ 0.041276 = −85.33 °C.
    @Test
    void theStraightLineOfTheMax31855IsBentBack() {
        assertThat(Max31855.linearised(-85.33, 25)).isCloseTo(-100, within(0.05));
        assertThat(Max31855.linearised(25, 25)).isCloseTo(25, within(0.05));
        assertThat(Max31855.linearised(25 + 40.276 / 0.041276, 25)).isCloseTo(1000, within(0.05));
    }
}
