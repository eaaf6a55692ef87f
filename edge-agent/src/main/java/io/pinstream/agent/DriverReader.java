package io.pinstream.agent;

import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.DriverConfig.Ads1115;
import io.pinstream.agent.driver.DriverConfig.Bme280;
import io.pinstream.agent.driver.DriverConfig.Bmp280;
import io.pinstream.agent.driver.DriverConfig.Contact;
import io.pinstream.agent.driver.DriverConfig.Ds18b20;
import io.pinstream.agent.driver.DriverConfig.Host;
import io.pinstream.agent.driver.DriverConfig.Mcp3008;
import io.pinstream.agent.driver.DriverConfig.PulseCounter;
import io.pinstream.agent.driver.Scale;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads which chip a sensor is from its section of the configuration.
final class DriverReader {
    /// Every type, in the order in which a message names them.
    static final List<String> TYPES =
            List.of("bme280", "bmp280", "ds18b20", "contact", "pulse-counter", "mcp3008", "ads1115", "host");
    /// Types that speak by interrupt and have no period.
    static final Set<String> BY_INTERRUPT = Set.of("contact");
    /// Types that have little new to say in a second.
    private static final Map<String, Duration> SLOW = Map.of(
            "ds18b20", Duration.ofSeconds(10),
            "pulse-counter", Duration.ofSeconds(10),
            "host", Duration.ofSeconds(10));

    /// So high that the records say what is allowed, with the reason.
    private static final int MOST = 1_000_000;

    private DriverReader() {}

    /// How often a type is read unless it is configured.
    static Duration every(String type) {
        return SLOW.getOrDefault(type, Sampler.Config.EVERY);
    }

    /// The chip; empty if anything is a problem.
    static Optional<DriverConfig> read(ConfigTree tree) {
        var type = tree.oneOf("type", TYPES);
        if (type.isEmpty()) {
            // Whether its other keys are right nobody can say.
            tree.ignoreRest();
            return Optional.empty();
        }
        tree.kind((type.get().startsWith("a") ? "an " : "a ") + type.get());
        return switch (type.get()) {
            case "bme280" ->
                tree.build(() -> new Bme280(number(tree, "bus", Bme280.BUS), number(tree, "address", Bme280.ADDRESS)));
            case "bmp280" ->
                tree.build(() -> new Bmp280(number(tree, "bus", Bmp280.BUS), number(tree, "address", Bmp280.ADDRESS)));
            case "ds18b20" -> tree.build(() -> new Ds18b20(tree.optionalText("id")));
            case "contact" ->
                tree.build(() -> new Contact(
                        tree.integer("line", 0, MOST),
                        tree.choice("pull", Pull.class, Pull.UP),
                        tree.flag("active-low", true),
                        tree.duration("debounce", Contact.DEBOUNCE)));
            case "pulse-counter" -> {
                var scale = scale(tree);
                yield tree.build(() -> new PulseCounter(
                        tree.integer("line", 0, MOST),
                        tree.choice("pull", Pull.class, Pull.UP),
                        tree.duration("debounce", PulseCounter.DEBOUNCE),
                        scale));
            }
            case "mcp3008" -> {
                var scale = scale(tree);
                yield tree.build(() -> new Mcp3008(
                        number(tree, "bus", Mcp3008.BUS),
                        number(tree, "chip-select", Mcp3008.CHIP_SELECT),
                        tree.integer("channel", 0, MOST),
                        tree.decimal("reference", Mcp3008.REFERENCE_VOLTS, 0, MOST),
                        scale));
            }
            case "ads1115" -> {
                var scale = scale(tree);
                yield tree.build(() -> new Ads1115(
                        number(tree, "bus", Ads1115.BUS),
                        number(tree, "address", Ads1115.ADDRESS),
                        tree.choice("input", Ads1115.Input.class, Ads1115.Input.A0),
                        tree.decimal("range", Ads1115.RANGE, 0, MOST),
                        number(tree, "rate", Ads1115.RATE),
                        scale));
            }
            case "host" -> tree.build(() -> new Host(tree.parsed("disk", Host.DISK, Path::of)));
            default ->
                throw new IllegalStateException(
                        "the sensor type %s is listed but not read: this is a bug in the agent".formatted(type.get()));
        };
    }

    private static int number(ConfigTree tree, String key, int standard) {
        return tree.integer(key, standard, 0, MOST);
    }

    /// What a volt or a pulse stands for, if the section is there.
    private static Optional<Scale> scale(ConfigTree tree) {
        if (!tree.has("scale")) {
            return Optional.empty();
        }
        var scale = tree.section("scale").kind("a scale");
        var name = scale.text("quantity");
        var unit = scale.optionalParsed("unit", Unit::new);
        double factor = scale.decimal("factor", -1e12, 1e12);
        double offset = scale.decimal("offset", 0, -1e12, 1e12);
        return scale.build(() -> new Scale(quantity(scale, name, unit), factor, offset));
    }

    private static Quantity quantity(ConfigTree scale, String name, Optional<Unit> unit) {
        var standard = Quantity.standard(name);
        if (standard.isEmpty()) {
            return new Quantity(
                    name,
                    unit.orElseThrow(
                            () -> new IllegalArgumentException("unit is missing: %s is no standard quantity, such as %s"
                                    .formatted(name, Quantity.TEMPERATURE.name()))));
        }
        if (unit.isPresent() && !unit.equals(standard.map(Quantity::unit))) {
            scale.problem(
                    "unit",
                    "%s is always in %s; leave the unit out, or give the quantity another name"
                            .formatted(name, standard.get().unit()));
        }
        return standard.get();
    }
}
