package io.pinstream.agent;

import static io.pinstream.agent.SensorType.number;

import io.pinstream.agent.driver.Max31855Config;
import io.pinstream.agent.driver.Mcp3008Config;
import io.pinstream.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/// The types on an SPI bus.
final class SpiSensors {
    static final List<SensorType> TYPES =
            List.of(SensorType.of("mcp3008", SpiSensors::mcp3008), SensorType.of("max31855", SpiSensors::max31855));

    private SpiSensors() {}

    private static Optional<Mcp3008Config> mcp3008(ConfigTree tree) {
        var scale = ScaleReader.scale(tree);
        return tree.build(() -> new Mcp3008Config(
                number(tree, "bus", Mcp3008Config.BUS),
                number(tree, "chip-select", Mcp3008Config.CHIP_SELECT),
                number(tree, "channel"),
                tree.decimal("reference", Mcp3008Config.REFERENCE_VOLTS, 0, SensorType.MOST),
                scale));
    }

    private static Optional<Max31855Config> max31855(ConfigTree tree) {
        return tree.build(() -> new Max31855Config(
                number(tree, "bus", Max31855Config.BUS), number(tree, "chip-select", Max31855Config.CHIP_SELECT)));
    }
}
