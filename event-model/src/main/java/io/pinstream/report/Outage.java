package io.pinstream.report;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Something that works, or fails again and again: says which failure is the first and what came of it at its end,
/// so that a log has one line for each and none between. Safe for use by many threads.
public final class Outage {
    /// What has ended.
    ///
    /// @param failures how often it failed in all
    public record Ended(Duration lasted, long failures) {}

    private @Nullable Long since;
    private long failures;

    /// Counts a failure; true if it is the first.
    ///
    /// @param nanos when, by the monotonic clock
    public synchronized boolean failed(long nanos) {
        failures++;
        if (since != null) {
            return false;
        }
        since = nanos;
        return true;
    }

    /// It works: what has ended, if it had failed.
    public synchronized Optional<Ended> works(long nanos) {
        if (since == null) {
            return Optional.empty();
        }
        var ended = new Ended(Duration.ofNanos(nanos - since), failures);
        since = null;
        failures = 0;
        return Optional.of(ended);
    }
}
