package io.pinstream.sim.signal;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The time of a simulated world: it begins where it is told and runs with a monotonic clock, so it never jumps,
/// and faster than the clock where somebody wants to see a year in an hour.
///
/// @param begin what time it is in the world at the start
/// @param speed world seconds in a second, 1 to 1,000,000
/// @param nanos a monotonic clock
/// @param origin what the clock said at the start
public record WorldTime(Instant begin, double speed, LongSupplier nanos, long origin) implements InstantSource {
    public WorldTime {
        if (!(speed >= 1 && speed <= 1_000_000)) {
            throw new IllegalArgumentException("speed must be 1 to 1000000, but was " + speed);
        }
    }

    public static WorldTime from(Instant begin, double speed, LongSupplier nanos) {
        return new WorldTime(begin, speed, nanos, nanos.getAsLong());
    }

    @Override
    public Instant instant() {
        return begin.plusNanos((long) ((nanos.getAsLong() - origin) * speed));
    }
}
