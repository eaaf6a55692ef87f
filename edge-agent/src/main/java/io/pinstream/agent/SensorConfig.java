package io.pinstream.agent;

import io.pinstream.agent.control.Doubt;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.rule.SensorRule;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.agent.scan.I2cSign;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.Dropped;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// One sensor of the device: which chip, how often it is read, and what of it is worth sending.
///
/// @param sampling how often it is read; of no use to one that speaks by interrupt
/// @param doubt which of its readings cannot be right
public record SensorConfig(
        SensorId id, DriverConfig driver, Sampler.Config sampling, SensorRule.Config rule, Doubt.Config doubt) {
    private static final String AT_LEAST_EVERY = "at-least-every";
    private static final int PERIODS = 3;
    private static final Duration SHORTEST_STALE = Duration.ofMinutes(1);

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
        if (id.equals(Dropped.OUTBOX)) {
            throw new IllegalArgumentException(
                    "a sensor must not be called %s: that is who says what was dropped".formatted(id));
        }
    }

    /// How the types on I²C buses are told from each other, by their names: for [Scan].
    public static SequencedMap<String, I2cSign> signs() {
        return DriverReader.signs();
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
        if (driver.isPresent() && rule.isPresent()) {
            var given = driver.get().quantities();
            requireGiven(rules.section("most-change-per-minute"), given);
            requireGiven(rules.section("deadband"), rule.get().quantities(given));
        }
        if (driver.isEmpty() || rule.isEmpty() || doubt.isEmpty()) {
            return Optional.empty();
        }
        return tree.build(() ->
                new SensorConfig(new SensorId(name), driver.get(), Sampler.Config.of(every), rule.get(), doubt.get()));
    }

    /// What of it is doubted. One that is read periodically is stale after three periods, and a minute at least,
    /// unless it is configured: a rule must not go on with the last reading of a bus that hangs.
    Doubt.Config doubted() {
        return driver.isEdgeDriven() || doubt.staleAfter().isPresent()
                ? doubt
                : new Doubt.Config(doubt.stuckAfter(), doubt.mostPerMinute(), Optional.of(usualStaleAfter()));
    }

    private Duration usualStaleAfter() {
        var periods = sampling.every().multipliedBy(PERIODS);
        return periods.compareTo(SHORTEST_STALE) < 0 ? SHORTEST_STALE : periods;
    }

    /// What is sent of it, with the units.
    public List<Quantity> quantities() {
        return rule.quantities(driver.quantities());
    }

    /// A deadband of what a sensor does not give would let nothing through.
    private static void requireGiven(ConfigTree byQuantity, List<Quantity> given) {
        var names = given.stream().map(Quantity::name).toList();
        for (var key : byQuantity.keys()) {
            if (!key.equals(AT_LEAST_EVERY) && Quantity.problemWith(key).isEmpty() && !names.contains(key)) {
                byQuantity.problem(key, "is not given; what is given is " + String.join(", ", names));
            }
        }
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
