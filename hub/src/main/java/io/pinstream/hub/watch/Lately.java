package io.pinstream.hub.watch;

import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Arrays;

/// Counts what happened in the last seconds, one slot a second. Safe for use by many threads.
final class Lately {
    private final TimeSource time;
    private final long began;
    private final long[] counts; // guarded by this, as is the rest
    private long second;

    Lately(Duration window, TimeSource time) {
        this.time = time;
        this.began = time.nanos();
        this.counts = new long[(int) window.toSeconds()];
    }

    synchronized void add(long more) {
        turn();
        counts[slot(second)] += more;
    }

    /// How much was added within the window.
    synchronized long sum() {
        turn();
        return Arrays.stream(counts).sum();
    }

    private void turn() {
        long now = Duration.ofNanos(time.nanos() - began).toSeconds();
        for (long s = Math.max(second + 1, now - counts.length + 1); s <= now; s++) {
            counts[slot(s)] = 0;
        }
        second = now;
    }

    private int slot(long number) {
        return (int) (number % counts.length);
    }
}
