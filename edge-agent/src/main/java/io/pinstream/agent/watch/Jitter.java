package io.pinstream.agent.watch;

import java.time.Duration;

/// How unevenly the readings of one sensor begin: the mean of how much later or less late one is than the one
/// before, smoothed as RFC 3550 does it (section 6.4.1). Safe for use by many threads.
final class Jitter {
    private static final double GAIN = 1 / 16.0;

    private boolean begun;
    private double before;
    private double smoothed;

    synchronized void take(Duration late) {
        double now = late.toNanos() / 1e9;
        if (begun) {
            smoothed += (Math.abs(now - before) - smoothed) * GAIN;
        }
        begun = true;
        before = now;
    }

    synchronized double seconds() {
        return smoothed;
    }
}
