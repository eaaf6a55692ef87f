package io.pinstream.sim.chip;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How often a chip that speaks by itself has spoken since somebody last listened. For one thread at a time.
final class Beat {
    private final Duration every;
    private final int most;
    private @Nullable Instant last;

    /// @param most what of it is kept where nobody listened for long
    Beat(Duration every, int most) {
        this.every = every;
        this.most = most;
    }

    /// How many times it is by now; the first time, once.
    int since(Instant now) {
        var before = last;
        if (before == null) {
            last = now;
            return 1;
        }
        long times = Math.max(0, Duration.between(before, now).dividedBy(every));
        last = times > most ? now : before.plus(every.multipliedBy(times));
        return (int) Math.min(times, most);
    }
}
