package io.pinstream.time;

import java.time.Instant;

/// The machine's own clocks. The only file of the project that asks them.
final class SystemTime implements TimeSource {
    static final SystemTime INSTANCE = new SystemTime();

    /// Pinstream did not exist before: an earlier wall time is a clock that has not been set.
    static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");

    // checkstyle:off this is the one place that reads the clocks
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant instant() {
        return Instant.now();
    }
    // checkstyle:on
}
