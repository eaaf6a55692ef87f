package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The drivers' conversions against the tables of the data sheets.
final class ConverterFiguresTest {
    /// DS18B20 data sheet, table 1.
    @ParameterizedTest
    @CsvSource({
        "07D0, 125",
        "0550, 85",
        "0191, 25.0625",
        "00A2, 10.125",
        "0008, 0.5",
        "0000, 0",
        "FFF8, -0.5",
        "FF5E, -10.125",
        "FE6F, -25.0625",
        "FC90, -55"
    })
    void agreesWithTheTableOfTheDs18b20(String register, double celsius) {
        assertThat(Ds18b20.celsius(Integer.parseInt(register, 16), 0x7f)).isEqualTo(celsius);
    }

    @Test
    void cutsOffTheUndefinedBitsOfAShorterConversion() {
        assertThat(Ds18b20.celsius(0x0197, 0x1f)).isEqualTo(25.0);
        assertThat(Ds18b20.celsius(0x0197, 0x3f)).isEqualTo(25.25);
        assertThat(Ds18b20.celsius(0x0197, 0x5f)).isEqualTo(25.375);
    }

    /// Maxim application note 27, its example of a ROM code: 02 1C B8 01 00 00 00 with the CRC A2.
    @Test
    void crcAgreesWithMaximsExample() {
        assertThat(Ds18b20.crc(new int[] {0x02, 0x1c, 0xb8, 0x01, 0, 0, 0}, 7)).isEqualTo(0xa2);
        // The power-on scratchpad as real chips give it.
        assertThat(Ds18b20.crc(new int[] {0x50, 0x05, 0x4b, 0x46, 0x7f, 0xff, 0x0c, 0x10}, 8))
                .isEqualTo(0x1c);
    }

    /// SBAS444D, table 3 (one step for each range) and table 5 (full scale).
    @ParameterizedTest
    @CsvSource({
        "6.144, 0.0001875",
        "4.096, 0.000125",
        "2.048, 0.0000625",
        "1.024, 0.00003125",
        "0.512, 0.000015625",
        "0.256, 0.0000078125"
    })
    void agreesWithTheTableOfTheAds1115(double range, double step) {
        assertThat(Ads1115.volts((short) 1, range)).isCloseTo(step, within(1e-12));
        assertThat(Ads1115.volts(Short.MAX_VALUE, range)).isCloseTo(range * 32767 / 32768, within(1e-12));
        assertThat(Ads1115.volts(Short.MIN_VALUE, range)).isEqualTo(-range);
        assertThat(Ads1115.volts((short) 0, range)).isZero();
    }

    /// DS21295D, equations 4-1 and 4-2.
    @Test
    void agreesWithTheEquationOfTheMcp3008() {
        assertThat(Mcp3008.volts(1, 5.12)).isCloseTo(0.005, within(1e-12));
        assertThat(Mcp3008.volts(512, 3.3)).isCloseTo(1.65, within(1e-12));
        assertThat(Mcp3008.volts(1023, 3.3)).isCloseTo(3.2968, within(0.0001));
    }

    @Test
    void aScaleAddsItsQuantityAndReplacesOnlyItsOwn() {
        var moisture = new Scale(new Quantity("soil_moisture", new Unit("%RH")), -50, 150);
        var divider = new Scale(Quantity.VOLTAGE, 11, 0);

        assertThat(Scale.voltage(2, Optional.empty())).containsExactly(Measurement.of(Quantity.VOLTAGE, 2.0));
        assertThat(Scale.voltage(2, Optional.of(moisture)))
                .containsExactly(Measurement.of(Quantity.VOLTAGE, 2.0), Measurement.of(moisture.quantity(), 50.0));
        assertThat(Scale.voltage(2, Optional.of(divider))).containsExactly(Measurement.of(Quantity.VOLTAGE, 22.0));
        assertThat(Scale.quantities(Quantity.VOLTAGE, Optional.of(moisture)))
                .containsExactly(Quantity.VOLTAGE, moisture.quantity());
    }
}
