package io.pinstream.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next try: doubles with every failure up to a limit, and is jittered so that a
/// thousand clients of one server that comes back do not all arrive at once.
///
/// Each pause is between half of the step and the whole of it. For one thread.
public final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private Duration step;

    public Backoff(Duration first, Duration longest, RandomGenerator random) {
        if (!first.isPositive() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "back-off must begin above 0 and not beyond its longest pause, but was %s and %s"
                            .formatted(first, longest));
        }
        this.first = first;
        this.longest = longest;
        this.random = random;
        this.step = first;
    }

    /// The pause after one more failure.
    public Duration next() {
        long half = step.toNanos() / 2;
        step = step.compareTo(longest.dividedBy(2)) > 0 ? longest : step.multipliedBy(2);
        return Duration.ofNanos(half + random.nextLong(half + 1));
    }

    /// It worked: the next failure begins with the first pause again.
    public void reset() {
        step = first;
    }
}
