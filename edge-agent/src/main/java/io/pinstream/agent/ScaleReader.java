package io.pinstream.agent;

import io.pinstream.agent.driver.Scale;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.util.Optional;

/// Reads what a volt or a pulse stands for.
final class ScaleReader {
    private ScaleReader() {}

    /// Empty if there is no such section, or anything in it is a problem.
    static Optional<Scale> scale(ConfigTree tree) {
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
