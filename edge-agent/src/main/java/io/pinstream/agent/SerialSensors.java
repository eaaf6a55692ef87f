package io.pinstream.agent;

import static io.pinstream.agent.SensorType.number;

import io.pinstream.agent.driver.GpsConfig;
import io.pinstream.agent.driver.Pms5003Config;
import io.pinstream.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/// The types on serial ports.
final class SerialSensors {
    static final List<SensorType> TYPES =
            List.of(SensorType.slow("pms5003", SerialSensors::pms5003), SensorType.slow("gps", SerialSensors::gps));

    private SerialSensors() {}

    private static Optional<Pms5003Config> pms5003(ConfigTree tree) {
        return tree.build(() -> new Pms5003Config(tree.text("port")));
    }

    private static Optional<GpsConfig> gps(ConfigTree tree) {
        return tree.build(() -> new GpsConfig(tree.text("port"), number(tree, "baud", GpsConfig.BAUD)));
    }
}
