package io.pinstream.agent;

import io.pinstream.agent.control.Doubt;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.rule.SensorRule;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.Dropped;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// One sensor of the device: which chip, how often it is read, and what of it is worth sending.
///
/// @param sampling how often it is read; of no use to one that speaks by interrupt
/// @param doubt which of its readings cannot be right
public record SensorConfig(
        SensorId id, DriverConfig driver, Sampler.Config sampling, SensorRule.Config rule, Doubt.Config doubt) {
    private static final String AT_LEAST_EVERY = "at-least-every";

    /// One whose readings are believed.
    public SensorConfig(SensorId id, DriverConfig driver, Sampler.Config sampling, SensorRule.Config rule) {
        this(id, driver, sampling, rule, Doubt.Config.NONE);
    }

    public SensorConfig {
        if (driver.isEdgeDriven() && (rule.aggregate().isPresent() || !doubt.equals(Doubt.Config.NONE))) {
            throw new IllegalArgumentException(
                    "aggregate, stuck-after, stale-after and most-change-per-minute are for what is read periodically;"
                            + " a %s speaks by interrupt".formatted(driver.type()));
        }
        if (rule.aggregate().isPresent()) {
            SensorRule.tooLongToAggregate(driver.quantities()).ifPresent(quantity -> {
                throw new IllegalArgumentException(
                        "the quantity %s is too long for aggregate, which adds _mean to it".formatted(quantity.name()));
            });
        }
        known("deadband", rule.deadband().keySet(), rule.quantities(driver.quantities()));
        known("most-change-per-minute", doubt.mostPerMinute().keySet(), driver.quantities());
        if (id.equals(Dropped.OUTBOX)) {
            throw new IllegalArgumentException(
                    "a sensor must not be called %s: that is who says what was dropped".formatted(id));
        }
    }

    private static void known(String key, Set<String> named, List<Quantity> given) {
        var names = given.stream().map(Quantity::name).toList();
        named.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("%s names %s, which this sensor does not give; it gives %s"
                    .formatted(key, name, String.join(", ", names)));
        });
    }

    /// Reads the section of one sensor; empty if anything in it is a problem.
    static Optional<SensorConfig> read(String name, ConfigTree tree) {
        var type = DriverReader.type(tree);
        var driver = type.flatMap(known -> DriverReader.read(known, tree));
        var usual = type.flatMap(SensorType::every);
        if (type.isPresent() && usual.isEmpty()) {
            tree.removed(
                    "every",
                    "a %s speaks by interrupt and is not read periodically"
                            .formatted(type.get().name()));
        }
        var every = usual.map(period -> tree.duration("every", period)).orElse(Sampler.Config.EVERY);
        var rules = tree.section("rules");
        var doubt = doubt(rules);
        var rule = rule(rules);
        if (driver.isEmpty() || rule.isEmpty() || doubt.isEmpty()) {
            return Optional.empty();
        }
        return tree.build(() ->
                new SensorConfig(new SensorId(name), driver.get(), Sampler.Config.of(every), rule.get(), doubt.get()));
    }

    /// What is sent of it, with the units.
    public List<Quantity> quantities() {
        return rule.quantities(driver.quantities());
    }

    private static Optional<Doubt.Config> doubt(ConfigTree rules) {
        var stuckAfter = rules.optionalDuration("stuck-after");
        var staleAfter = rules.optionalDuration("stale-after");
        var changes = rules.section("most-change-per-minute").kind("the largest changes");
        Map<String, Double> most = new HashMap<>();
        for (var quantity : changes.keys()) {
            Quantity.problemWith(quantity).ifPresent(problem -> changes.problem(quantity, problem));
            most.put(quantity, changes.decimal(quantity, 0, Double.MAX_VALUE));
        }
        return rules.build(() -> new Doubt.Config(stuckAfter, new TreeMap<>(most), staleAfter));
    }

    private static Optional<SensorRule.Config> rule(ConfigTree rules) {
        rules.kind("the rules of a sensor");
        var deadband = rules.section("deadband").kind("a deadband");
        var atLeastEvery = deadband.optionalDuration(AT_LEAST_EVERY);
        Map<String, Double> bands = new HashMap<>();
        for (var quantity : deadband.keys()) {
            if (!quantity.equals(AT_LEAST_EVERY)) {
                Quantity.problemWith(quantity).ifPresent(problem -> deadband.problem(quantity, problem));
                bands.put(quantity, deadband.decimal(quantity, 0, Double.MAX_VALUE));
            }
        }
        var throttle = rules.duration("throttle", Duration.ZERO);
        var aggregate = rules.optionalDuration("aggregate");
        return rules.build(() -> new SensorRule.Config(new TreeMap<>(bands), atLeastEvery, throttle, aggregate));
    }
}
