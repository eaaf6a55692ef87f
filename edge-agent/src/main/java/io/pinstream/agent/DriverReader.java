package io.pinstream.agent;

import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.scan.I2cSign;
import io.pinstream.config.ConfigTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/// Reads which chip a sensor is from its section of the configuration.
final class DriverReader {
    /// Every type, in the order in which a message names them.
    static final List<SensorType> TYPES = Stream.of(
                    I2cSensors.TYPES, SpiSensors.TYPES, LineSensors.TYPES, KernelSensors.TYPES, SerialSensors.TYPES)
            .flatMap(List::stream)
            .toList();

    private static final List<String> NAMES =
            TYPES.stream().map(SensorType::name).toList();

    private DriverReader() {}

    /// How the types on I²C buses are told from each other, by their names.
    static SequencedMap<String, I2cSign> signs() {
        var signs = new LinkedHashMap<String, I2cSign>();
        TYPES.forEach(type -> type.sign().ifPresent(sign -> signs.put(type.name(), sign)));
        return signs;
    }

    /// The type that the section names; empty if it names none that there is.
    static Optional<SensorType> type(ConfigTree tree) {
        var named = tree.oneOf("type", NAMES);
        if (named.isEmpty()) {
            // Whether its other keys are right nobody can say.
            tree.ignoreRest();
            return Optional.empty();
        }
        tree.kind(("aeiou".indexOf(named.get().charAt(0)) >= 0 ? "an " : "a ") + named.get());
        return TYPES.stream().filter(type -> type.name().equals(named.get())).findFirst();
    }

    /// The chip; empty if anything is a problem.
    static Optional<DriverConfig> read(SensorType type, ConfigTree tree) {
        return type.read().apply(tree).map(DriverConfig.class::cast);
    }
}
