package io.pinstream.agent;

import static io.pinstream.agent.SensorType.number;

import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.Bmp280Config;
import io.pinstream.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/// The types on an I²C bus.
final class I2cSensors {
    static final List<SensorType> TYPES = List.of(
            SensorType.of("bme280", I2cSensors::bme280),
            SensorType.of("bmp280", I2cSensors::bmp280),
            SensorType.of("ads1115", I2cSensors::ads1115));

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
}
