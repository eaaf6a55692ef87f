package io.pinstream.sim.device;

import io.pinstream.event.SensorId;
import io.pinstream.sim.signal.Signal;
import java.util.Optional;

/// What chips are to show in place of the simulated weather, where somebody knows better: a recording. Safe for
/// use by many threads.
@FunctionalInterface
public interface Sources {
    /// Nobody knows better.
    Sources WEATHER = (_, _) -> Optional.empty();

    /// What a sensor is to show.
    ///
    /// @param quantity by name, in that quantity's unit
    Optional<Signal> of(SensorId sensor, String quantity);
}
