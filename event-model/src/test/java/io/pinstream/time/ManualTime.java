package io.pinstream.time;

import java.time.Duration;
import java.time.Instant;

/// A clock that stands still until a test moves it. Both of its clocks run together until the wall clock is set.
///
/// Safe for use by many threads.
public final class ManualTime implements TimeSource {
    /// Where a new clock stands.
    public static final Instant START = Instant.parse("2026-11-23T04:40:14Z");

    private long nanos = 1_000_000_000_000L;
    private Instant wall = START;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return wall;
    }

    /// Lets time pass on both clocks.
    public synchronized void advance(Duration duration) {
        nanos += duration.toNanos();
        wall = wall.plus(duration);
    }

    /// Lets a number of milliseconds pass on both clocks.
    public void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /// Sets the wall clock, as the network's time does; the monotonic clock stays.
    public synchronized void setWall(Instant now) {
        wall = now;
    }
}
