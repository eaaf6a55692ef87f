package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
}
