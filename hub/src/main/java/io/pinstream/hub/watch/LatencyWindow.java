package io.pinstream.hub.watch;

import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// How long things took within the last minute: one histogram a second, whose steps are a tenth apart, from a
/// tenth of a millisecond to a week. Safe for use by many threads.
final class LatencyWindow {
    private static final int SECONDS = 60;
    private static final double LEAST = 1e-4;
    private static final double STEP = Math.log(1.1);
    private static final int STEPS = (int) Math.ceil(Math.log(7 * 86_400 / LEAST) / STEP) + 1;

    private final TimeSource time;
    private final long began;
    private final int[][] seconds = new int[SECONDS][STEPS]; // guarded by this, as is the rest
    private long second;

    LatencyWindow(TimeSource time) {
        this.time = time;
        this.began = time.nanos();
    }

    synchronized void add(Duration took) {
        turn();
        seconds[slot(second)][step(took)]++;
    }

    /// @return nothing if nothing was added within the last minute
    synchronized Optional<Figures.Latency> look() {
        turn();
        var sum = new long[STEPS];
        for (var one : seconds) {
            for (int i = 0; i < STEPS; i++) {
                sum[i] += one[i];
            }
        }
        long count = Arrays.stream(sum).sum();
        return count == 0
                ? Optional.empty()
                : Optional.of(new Figures.Latency(count, quantile(sum, count, 0.5), quantile(sum, count, 0.99)));
    }

    /// The upper end of the step in which the quantile is: at most a tenth more than it is.
    private static Duration quantile(long[] sum, long count, double share) {
        long rank = Math.max(1, (long) Math.ceil(count * share));
        int step = 0;
        for (long below = sum[0]; below < rank; below += sum[step]) {
            step++;
        }
        return Duration.ofNanos(Math.round(LEAST * Math.exp(STEP * step) * 1e9));
    }

    private static int step(Duration took) {
        double seconds = took.toNanos() / 1e9;
        return seconds <= LEAST ? 0 : Math.min(STEPS - 1, (int) Math.ceil(Math.log(seconds / LEAST) / STEP));
    }

    private void turn() {
        long now = Duration.ofNanos(time.nanos() - began).toSeconds();
        for (long s = Math.max(second + 1, now - SECONDS + 1); s <= now; s++) {
            Arrays.fill(seconds[slot(s)], 0);
        }
        second = now;
    }

    private static int slot(long number) {
        return (int) (number % SECONDS);
    }
}
