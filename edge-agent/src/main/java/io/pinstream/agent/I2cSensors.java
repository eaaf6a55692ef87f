package io.pinstream.agent;

import static io.pinstream.agent.SensorType.number;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Bh1750Config;
import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.Bmp280Config;
import io.pinstream.agent.driver.Ina219Config;
import io.pinstream.agent.driver.Lm75Config;
import io.pinstream.agent.driver.Mpu6050Config;
import io.pinstream.agent.driver.Scd41Config;
import io.pinstream.agent.driver.Sht31Config;
import io.pinstream.agent.driver.Tmp102Config;
import io.pinstream.agent.scan.I2cSign;
import io.pinstream.config.ConfigTree;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The types on an I²C bus.
final class I2cSensors {
    static final List<SensorType> TYPES = List.of(
            SensorType.of("bme280", I2cSensors::bme280).known(I2cSign.id(0x76, 0x77, 0xD0, 0x60)), // 5.4.1
            SensorType.of("bmp280", I2cSensors::bmp280).known(I2cSign.id(0x76, 0x77, 0xD0, 0x58)), // 4.3.1
            SensorType.of("ads1115", I2cSensors::ads1115).known(I2cSign.word(0x48, 0x4B, 1, 0x8583, 0)), // 9.6.3
            SensorType.of("ina219", I2cSensors::ina219).known(I2cSign.word(0x40, 0x4F, 0, 0x399F, 0xC000)), // 8.6.2.1
            SensorType.slow("scd41", I2cSensors::scd41).known(I2cSign.at(0x62)),
            SensorType.of("mpu6050", I2cSensors::mpu6050).known(I2cSign.id(0x68, 0x69, 0x75, 0x68)), // 4.32
            SensorType.of("sht31", I2cSensors::sht31).known(I2cSign.at(0x44, 0x45)),
            SensorType.of("bh1750", I2cSensors::bh1750).known(I2cSign.at(0x23, 0x5C)),
            SensorType.of("tmp102", I2cSensors::tmp102).known(I2cSign.word(0x48, 0x4B, 1, 0x60A0, 0x6000)), // table 7
            SensorType.of("lm75", I2cSensors::lm75).known(I2cSign.range(0x48, 0x4F, I2cSensors::isLm75)));

    private static final int LM75_LIMIT_AT_POWER_ON = 80 << 8; // Tos, in half degrees of its upper nine bits

    private I2cSensors() {}

    private static Optional<Bme280Config> bme280(ConfigTree tree) {
        return tree.build(() ->
                new Bme280Config(number(tree, "bus", Bme280Config.BUS), number(tree, "address", Bme280Config.ADDRESS)));
    }

    private static Optional<Bmp280Config> bmp280(ConfigTree tree) {
        return tree.build(() ->
                new Bmp280Config(number(tree, "bus", Bmp280Config.BUS), number(tree, "address", Bmp280Config.ADDRESS)));
    }

    private static Optional<Ads1115Config> ads1115(ConfigTree tree) {
        var scale = ScaleReader.scale(tree);
        return tree.build(() -> new Ads1115Config(
                number(tree, "bus", Ads1115Config.BUS),
                number(tree, "address", Ads1115Config.ADDRESS),
                tree.choice("input", Ads1115Config.Input.class, Ads1115Config.Input.A0),
                tree.decimal("range", Ads1115Config.RANGE, 0, SensorType.MOST),
                number(tree, "rate", Ads1115Config.RATE),
                scale));
    }

    private static Optional<Ina219Config> ina219(ConfigTree tree) {
        return tree.build(() -> new Ina219Config(
                number(tree, "bus", Ina219Config.BUS),
                number(tree, "address", Ina219Config.ADDRESS),
                tree.decimal("shunt", Ina219Config.SHUNT_OHMS, 0, SensorType.MOST),
                tree.decimal("max-current", Ina219Config.MOST_AMPERES, 0, SensorType.MOST)));
    }

    private static Optional<Scd41Config> scd41(ConfigTree tree) {
        return tree.build(() -> new Scd41Config(
                number(tree, "bus", Scd41Config.BUS),
                number(tree, "altitude", Scd41Config.ALTITUDE_METRES),
                tree.decimal("temperature-offset", Scd41Config.TEMPERATURE_OFFSET, 0, SensorType.MOST),
                tree.flag("self-calibration", Scd41Config.SELF_CALIBRATION)));
    }

    private static Optional<Mpu6050Config> mpu6050(ConfigTree tree) {
        return tree.build(() -> new Mpu6050Config(
                number(tree, "bus", Mpu6050Config.BUS),
                number(tree, "address", Mpu6050Config.ADDRESS),
                number(tree, "acceleration-range", Mpu6050Config.ACCELERATION_RANGE),
                number(tree, "rotation-range", Mpu6050Config.ROTATION_RANGE)));
    }

    private static Optional<Sht31Config> sht31(ConfigTree tree) {
        return tree.build(() ->
                new Sht31Config(number(tree, "bus", Sht31Config.BUS), number(tree, "address", Sht31Config.ADDRESS)));
    }

    private static Optional<Bh1750Config> bh1750(ConfigTree tree) {
        return tree.build(() -> new Bh1750Config(
                number(tree, "bus", Bh1750Config.BUS),
                number(tree, "address", Bh1750Config.ADDRESS),
                number(tree, "mtreg", Bh1750Config.MTREG)));
    }

    private static Optional<Tmp102Config> tmp102(ConfigTree tree) {
        return tree.build(() ->
                new Tmp102Config(number(tree, "bus", Tmp102Config.BUS), number(tree, "address", Tmp102Config.ADDRESS)));
    }

    private static Optional<Lm75Config> lm75(ConfigTree tree) {
        return tree.build(() -> new Lm75Config(
                number(tree, "bus", Lm75Config.BUS),
                number(tree, "address", Lm75Config.ADDRESS),
                number(tree, "bits", Lm75Config.BITS)));
    }

    /// By what differs from its neighbours at the same addresses: the upper three bits of its configuration are
    /// always 0, which those of a TMP102 and of an ADS1115 at rest are not.
    private static I2cSign.Likeness isLm75(I2cDevice chip) throws IOException {
        int configuration = chip.registers(1, 1)[0] & 0xff;
        if ((configuration & 0b1110_0000) != 0) {
            return I2cSign.Likeness.NO;
        }
        return configuration == 0 && I2cSign.word(chip, 3) == LM75_LIMIT_AT_POWER_ON
                ? I2cSign.Likeness.YES
                : I2cSign.Likeness.PERHAPS;
    }
}
