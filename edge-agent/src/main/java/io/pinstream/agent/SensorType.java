package io.pinstream.agent;

import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.agent.scan.I2cSign;
import io.pinstream.config.ConfigTree;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/// A type of sensor as a configuration names it, and how its keys are read.
///
/// @param every how often it is read unless it is configured; empty: it speaks by interrupt and has no period
/// @param read its keys; empty if anything is a problem, which the tree has noted
/// @param sign how `sensors scan` tells it from others; empty if it is on no I²C bus
record SensorType(
        String name,
        Optional<Duration> every,
        Function<ConfigTree, Optional<? extends DriverConfig>> read,
        Optional<I2cSign> sign) {
    /// So high that the records say what is allowed, with the reason.
    static final int MOST = 1_000_000;

    private static final Duration SLOW = Duration.ofSeconds(10);

    /// A type that is read once a second.
    static SensorType of(String name, Function<ConfigTree, Optional<? extends DriverConfig>> read) {
        return new SensorType(name, Optional.of(Sampler.Config.EVERY), read, Optional.empty());
    }

    /// A type that has little new to say in a second.
    static SensorType slow(String name, Function<ConfigTree, Optional<? extends DriverConfig>> read) {
        return new SensorType(name, Optional.of(SLOW), read, Optional.empty());
    }

    /// A type that speaks by interrupt.
    static SensorType speaking(String name, Function<ConfigTree, Optional<? extends DriverConfig>> read) {
        return new SensorType(name, Optional.empty(), read, Optional.empty());
    }

    /// The same type, on an I²C bus.
    SensorType known(I2cSign by) {
        return new SensorType(name, every, read, Optional.of(by));
    }

    /// A number that the record itself checks.
    static int number(ConfigTree tree, String key, int standard) {
        return tree.integer(key, standard, 0, MOST);
    }

    /// A number that has no default, and that the record itself checks.
    static int number(ConfigTree tree, String key) {
        return tree.integer(key, 0, MOST);
    }
}
