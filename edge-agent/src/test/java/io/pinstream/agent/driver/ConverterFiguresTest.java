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

    /// SBOS448G, 8.5.2, the worked example of table 8: 2 mΩ, 20 mV across it, 11.98 V on the bus, 10 A, 119.8 W.
    @Test
    void agreesWithTheWorkedExampleOfTheIna219() {
        double volts = Ina219.volts(0x5D98 >> 3);
        double amperes = Ina219.amperes((short) 0x07D0, 0.002);

        assertThat(volts).isCloseTo(11.98, within(1e-9));
        assertThat(amperes).isCloseTo(10, within(1e-9));
        assertThat(volts * amperes).isCloseTo(119.8, within(1e-6));
    }

    /// Data sheet "SCD4x", 3.6.2: the example of read_measurement, 500 ppm, 25 °C, 37 %.
    @Test
    void agreesWithTheExampleOfTheScd41() {
        byte[] answer = {0x01, (byte) 0xf4, 0x33, 0x66, 0x67, (byte) 0xa2, 0x5e, (byte) 0xb9, 0x3c};

        assertThat(SensirionWords.at(answer, 0)).hasValue(500);
        assertThat(Scd41.celsius(SensirionWords.at(answer, 1).orElseThrow())).isCloseTo(25, within(0.01));
        assertThat(Scd41.humidity(SensirionWords.at(answer, 2).orElseThrow())).isCloseTo(37, within(0.01));
    }

    /// Data sheet "SCD4x", 3.7.1 and 3.7.3: the bytes of its examples, 5.4 °C and 1950 m.
    @Test
    void agreesWithTheSettingsInTheExamplesOfTheScd41() {
        assertThat(SensirionWords.command(0x241d, Scd41.offset(5.4)))
                .asHexString()
                .isEqualTo("241D07E648");
        assertThat(SensirionWords.command(0x2427, 1950)).asHexString().isEqualTo("2427079E09");
    }

    /// Data sheets of the SHT3x-DIS, 4.12, and of the SCD4x, 3.12.
    @Test
    void crcAgreesWithSensirionsExample() {
        assertThat(SensirionWords.crc((byte) 0xBE, (byte) 0xEF)).isEqualTo(0x92);
        assertThat(SensirionWords.at(new byte[] {(byte) 0xBE, (byte) 0xEF, (byte) 0x93}, 0))
                .isEmpty();
    }

    /// Register map, RM-MPU-6000A-00, the sensitivities of 4.17 and 4.19, and the formula of 4.18.
    @ParameterizedTest
    @CsvSource({"2, 16384, 250, 131", "4, 8192, 500, 65.5", "8, 4096, 1000, 32.8", "16, 2048, 2000, 16.4"})
    void agreesWithTheSensitivitiesOfTheMpu6050(int acceleration, short gravity, int rotation, double degree) {
        assertThat(Mpu6050.acceleration(gravity, acceleration)).isCloseTo(9.80665, within(1e-9));
        assertThat(Math.toDegrees(Mpu6050.rotation((short) Math.round(100 * degree), rotation)))
                .isCloseTo(100, within(0.1));
        assertThat(Mpu6050.celsius((short) 0)).isEqualTo(36.53);
        assertThat(Mpu6050.celsius((short) -521)).isCloseTo(35, within(0.01));
    }
}
