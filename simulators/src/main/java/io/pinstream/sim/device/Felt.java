package io.pinstream.sim.device;

import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Mcp3008Config;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.agent.driver.Scale;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.sim.signal.Signal;
import java.util.Optional;

/// What a chip must feel for its driver to say what was recorded: volts behind a scale, pulses in a second behind
/// a count.
final class Felt {
    private Felt() {}

    /// @param quantity what the wiring calls it
    static Optional<Signal> recorded(SensorConfig sensor, String quantity, Sources sources) {
        var id = sensor.id();
        return switch (sensor.driver()) {
            case Ads1115Config converter
            when quantity.equals(Quantity.VOLTAGE.name()) -> unscaled(id, quantity, converter.scale(), sources);
            case Mcp3008Config converter
            when quantity.equals(Quantity.VOLTAGE.name()) -> unscaled(id, quantity, converter.scale(), sources);
            case PulseCounterConfig counter ->
                quantity.equals(Quantity.COUNT.name())
                        ? unscaled(id, quantity, counter.scale(), sources).map(Felt::rate)
                        : Optional.empty();
            default -> sources.of(id, quantity);
        };
    }

    /// The driver's scale, the other way round.
    private static Optional<Signal> unscaled(SensorId id, String figure, Optional<Scale> scale, Sources sources) {
        if (scale.isPresent()) {
            var name = scale.get().quantity().name();
            var scaled = sources.of(id, name);
            if (scaled.isPresent() || name.equals(figure)) {
                return scaled.map(
                        recorded -> recorded.plus(Signal.constant(-scale.get().offset()))
                                .times(1 / scale.get().factor()));
            }
        }
        return sources.of(id, figure);
    }

    /// How fast a total rises, in a second; where it falls, a new one began.
    private static Signal rate(Signal total) {
        return time -> Math.max(0, total.at(time.plusMillis(500)) - total.at(time.minusMillis(500)));
    }
}
