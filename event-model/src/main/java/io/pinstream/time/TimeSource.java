package io.pinstream.time;

import java.time.Instant;

/// Where time comes from. A small board without a battery sets its wall clock by years when the network comes up,
/// so everything is paced by [#nanos] and only written down by [#instant].
/// Who has a clock also waits by it. Safe for use by many threads.
public interface TimeSource extends Waiting {
    /// This machine's clocks.
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /// Monotonic nanoseconds since an arbitrary point; only differences mean anything.
    long nanos();

    /// The wall time, which may jump.
    Instant instant();

    /// Whether the wall time can be right at all: a board that has just lost its power believes that it is 1970.
    default boolean wallTimeIsKnown() {
        return instant().isAfter(SystemTime.EARLIEST);
    }
}
