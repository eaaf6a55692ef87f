package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DriverConfigTest {
    @Test
    void refusesWhatCannotBeWired() {
        refuses("address must be 0x76 to 0x77, but was 0x40", () -> new Bme280Config(1, 0x40));
        refuses("address must be 0x76 to 0x77, but was 0x78", () -> new Bmp280Config(1, 0x78));
        refuses("bus must be 0 to 255, but was -1", () -> new Bme280Config(-1, 0x76));
        refuses("channel must be 0 to 7, but was 8", () -> new Mcp3008Config(0, 0, 8, 3.3, Optional.empty()));
        refuses(
                "reference must be 0.25 to 5.5 V, but was NaN",
                () -> new Mcp3008Config(0, 0, 0, Double.NaN, Optional.empty()));
        refuses("address must be 0x44 to 0x45, but was 0x46", () -> new Sht31Config(1, 0x46));
        refuses("address must be 0x23 or 0x5c, but was 0x24", () -> new Bh1750Config(1, 0x24, 69));
        refuses("mtreg must be 31 to 254, but was 255", () -> new Bh1750Config(1, 0x23, 255));
        refuses("address must be 0x48 to 0x4b, but was 0x4c", () -> new Tmp102Config(1, 0x4c));
        refuses("address must be 0x48 to 0x4f, but was 0x50", () -> new Lm75Config(1, 0x50, 9));
        refuses("bits must be 9 (LM75) or 11 (LM75A and LM75B of NXP), but was 10", () -> new Lm75Config(1, 0x48, 10));
        refuses("chip-select must be 0 to 15, but was 16", () -> new Max31855Config(0, 16));
        refuses("shunt must be above 0 and at most 1000 ohms, but was 0.0", () -> new Ina219Config(1, 0x40, 0, 1));
        refuses(
                "max-current must be above 0 and at most 3.2 A with a shunt of 0.1 ohms (0.32 V), but was 4.0",
                () -> new Ina219Config(1, 0x40, 0.1, 4));
        refuses("altitude must be 0 to 3000 m, but was 3001", () -> new Scd41Config(1, 3001, 4, true));
        refuses("temperature-offset must be 0 to 20 Cel, but was NaN", () -> new Scd41Config(1, 0, Double.NaN, true));
        refuses(
                "acceleration-range must be one of [2, 4, 8, 16] (times 9.80665 m/s2), but was 3",
                () -> new Mpu6050Config(1, 0x68, 3, 250));
        refuses(
                "rotation-range must be one of [250, 500, 1000, 2000] (degrees a second), but was 100",
                () -> new Mpu6050Config(1, 0x68, 2, 100));
        refuses("line must be 0 to 1023, but was -5", () -> contact(-5, Duration.ZERO));
        refuses("debounce must be 0 to 10000 ms, but was 10001 ms", () -> contact(5, Duration.ofMillis(10_001)));
        refuses("address must be 0x48 to 0x4b, but was 0x4c", () -> converter(0x4c, 4.096, 128));
        refuses(
                "range must be one of [6.144, 4.096, 2.048, 1.024, 0.512, 0.256] V, but was 5.0",
                () -> converter(0x48, 5, 128));
        refuses(
                "rate must be one of [8, 16, 32, 64, 128, 250, 475, 860], but was 100",
                () -> converter(0x48, 4.096, 100));
        refuses(
                "id must be 28- and 12 of 0-9 a-f, as below /sys/bus/w1/devices, but was \"10-000802b4\"",
                () -> new Ds18b20Config(Optional.of("10-000802b4")));
        refuses("factor must be a number other than 0, but was 0.0", () -> new Scale(Quantity.VOLTAGE, 0, 1));
    }

    @Test
    void knowsItsTypeItsPlaceAndWhatItGives() {
        var flow = new Scale(new Quantity("volume", new Unit("m3")), 0.01, 0);
        var counter = new PulseCounterConfig(22, Pull.UP, PulseCounterConfig.DEBOUNCE, Optional.of(flow));

        assertThat(counter.type()).isEqualTo("pulse-counter");
        assertThat(counter.where()).isEqualTo("line 22");
        assertThat(counter.quantities()).containsExactly(Quantity.COUNT, flow.quantity());
        assertThat(new Bme280Config(1, 0x77).where()).isEqualTo("bus 1 address 0x77");
        assertThat(new Bmp280Config(1, 0x77).quantities()).containsExactly(Quantity.TEMPERATURE, Quantity.PRESSURE);
    }

    @Test
    void theTypeThatAMessageAdvisesIsTheOneOfTheConfiguration() {
        assertThat(Bme280.typeOf(Bme280.Model.BME280)).isEqualTo(new Bme280Config(1, 0x76).type());
        assertThat(Bme280.typeOf(Bme280.Model.BMP280)).isEqualTo(new Bmp280Config(1, 0x76).type());
    }

    @Test
    void everyQuantityIsStandardOrHasANameOfItsOwn() {
        for (var config : List.of(
                new Bme280Config(1, 0x76),
                new Ds18b20Config(Optional.empty()),
                contact(17, Duration.ZERO),
                converter(0x48, 4.096, 128),
                new HostConfig(Path.of("/")))) {
            assertThat(config.quantities())
                    .isNotEmpty()
                    .allSatisfy(quantity -> assertThat(
                                    Quantity.standard(quantity.name()).orElse(quantity))
                            .isEqualTo(quantity));
        }
    }

    private static DriverConfig contact(int line, Duration debounce) {
        return new ContactConfig(line, Pull.UP, true, debounce);
    }

    private static DriverConfig converter(int address, double range, int rate) {
        return new Ads1115Config(1, address, Ads1115Config.Input.A0, range, rate, Optional.empty());
    }

    private static void refuses(String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable config) {
        assertThatIllegalArgumentException().isThrownBy(config).withMessage(message);
    }
}
