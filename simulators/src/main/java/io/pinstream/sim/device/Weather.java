package io.pinstream.sim.device;

import io.pinstream.sim.signal.Recording;
import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.util.function.BiFunction;

/// The air around one board: recorded weather, made a little different for each seed, as it is from garden to
/// garden.
///
/// @param celsius temperature
/// @param humidity relative, in %
/// @param pascal pressure
/// @param wind metres a second
record Weather(Signal celsius, Signal humidity, Signal pascal, Signal wind) {
    private static final double PASCAL_IN_HECTOPASCAL = 100;

    /// A year in Seattle. The recording has no humidity: it is lower in the afternoon, and wanders.
    static Weather inSeattle(long seed) {
        var recorded = Recording.seattle();
        var wander = Duration.ofHours(6);
        return new Weather(
                recorded.column("temperature")
                        .plus(Signal.walk(seed, 2, wander))
                        .plus(Signal.noise(seed, 0.03)),
                Signal.daily(70, 12, 5)
                        .plus(Signal.walk(seed + 1, 10, wander))
                        .plus(Signal.noise(seed + 1, 0.2))
                        .within(5, 99),
                recorded.column("pressure")
                        .plus(Signal.walk(seed + 2, 1, wander))
                        .times(PASCAL_IN_HECTOPASCAL)
                        .plus(Signal.noise(seed + 2, 2)),
                recorded.column("wind")
                        .plus(Signal.walk(seed + 3, 2, Duration.ofMinutes(10)))
                        .within(0, 60));
    }

    /// The same air, with each of its signals passed through something.
    ///
    /// @param through gets the quantity's name and the signal
    Weather with(BiFunction<String, Signal, Signal> through) {
        return new Weather(
                through.apply("temperature", celsius),
                through.apply("humidity", humidity),
                through.apply("pressure", pascal),
                through.apply("speed", wind));
    }
}
