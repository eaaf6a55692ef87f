package io.pinstream.time;

import java.time.Duration;
import java.time.Instant;

/// How a moment is written down while the device does not know the wall time: as if the monotonic clock had begun
/// in July 1978, so that the moment can be told later, once the wall time is known.
///
/// The year is not 1970 because SenML reads a time below 2^28 s as one relative to now (RFC 8428 section 4.5.3).
/// On Linux the monotonic clock counts from the boot, so that this holds over a restart of the agent, too.
public final class UnknownTime {
    private static final Instant ORIGIN = Instant.ofEpochSecond(1L << 28);

    private UnknownTime() {}

    /// The moment as it is written down.
    public static Instant of(long monotonicNanos) {
        return ORIGIN.plusNanos(Math.max(0, monotonicNanos));
    }

    /// The wall time of a moment that was written down in this boot, by what the clocks say now.
    public static Instant told(Instant written, TimeSource now) {
        var age = Duration.ofNanos(now.nanos()).minus(Duration.between(ORIGIN, written));
        return now.instant().minus(age);
    }
}
