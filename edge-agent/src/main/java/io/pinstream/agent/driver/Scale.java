package io.pinstream.agent.driver;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import java.util.List;
import java.util.Optional;

/// What a voltage or a count stands for: `quantity = factor × figure + offset`.
///
/// It is given beside the figure itself; only a scale to the figure's own quantity replaces it, such as a voltage
/// behind a divider.
///
/// @param quantity what it gives, with its unit
/// @param factor the quantity's units per volt or per pulse; not 0
/// @param offset the quantity where the figure is 0
public record Scale(Quantity quantity, double factor, double offset) {
    public Scale {
        if (!Double.isFinite(factor) || factor == 0) {
            throw new IllegalArgumentException("factor must be a number other than 0, but was " + factor);
        }
        if (!Double.isFinite(offset)) {
            throw new IllegalArgumentException("offset must be a number, but was " + offset);
        }
    }

    static List<Measurement> voltage(double volts, Optional<Scale> scale) {
        return apply(Quantity.VOLTAGE, volts, scale);
    }

    static List<Measurement> count(long pulses, Optional<Scale> scale) {
        return apply(Quantity.COUNT, (double) pulses, scale);
    }

    /// The quantities that a figure gives.
    static List<Quantity> quantities(Quantity figure, Optional<Scale> scale) {
        return apply(figure, 0, scale).stream().map(Measurement::quantity).toList();
    }

    private static List<Measurement> apply(Quantity figure, double value, Optional<Scale> scale) {
        var plain = Measurement.of(figure, value);
        if (scale.isEmpty()) {
            return List.of(plain);
        }
        var scaled = Measurement.of(scale.get().quantity, value * scale.get().factor + scale.get().offset);
        return scale.get().quantity.name().equals(figure.name()) ? List.of(scaled) : List.of(plain, scaled);
    }
}
