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

    /// BH1750FVI technical note, "Read Format": its example, high byte 1000_0011, low byte 1001_0000, about 28067 lx.
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
}
