package io.pinstream.report;

import java.time.Duration;
import java.util.OptionalLong;

/// Adds up what happens often, and lets a sum through now and then: at once at first, then at most once a pause.
/// Safe for use by many threads.
public final class Tally {
    private final long pauseNanos;
    private boolean begun;
    private long lastNanos;
    private long sum;

    /// @param pause between two sums, at least
    public Tally(Duration pause) {
        this.pauseNanos = pause.toNanos();
    }

    /// What came together since the last sum, if it is time to say so.
    public synchronized OptionalLong add(long amount, long nanos) {
        sum += amount;
        if (begun && nanos - lastNanos < pauseNanos) {
            return OptionalLong.empty();
        }
        begun = true;
        lastNanos = nanos;
        long said = sum;
        sum = 0;
        return OptionalLong.of(said);
    }
}
