package io.pinstream.agent.time;

import io.pinstream.event.Quality;
import io.pinstream.time.TimeSource;
import io.pinstream.time.UnknownTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// The wall times of one sensor's or actuator's events, each a microsecond or more after the one before.
///
/// SenML knows an event by its sensor and its time, so no two may share both. A wall clock that is slewed or set
/// back by less than [#SLEW] is therefore followed from above; one that is set back by more is believed, because
/// hours of invented time would be worse. While the wall time is not known, the monotonic clock is written down,
/// and the quality says so. For one thread.
public final class EventTimes {
    public static final Duration SLEW = Duration.ofSeconds(1);

    private static final Duration TOGETHER = Duration.ofNanos(500_000);
    private static final int LOOKS = 5;

    /// @param quality good, or `time-unknown`
    public record Stamp(Instant time, Quality quality) {}

    private final TimeSource clock;
    private Instant last = Instant.MIN;

    public EventTimes(TimeSource clock) {
        this.clock = clock;
    }

    /// The wall time of a moment of the monotonic clock, by what the wall clock says now.
    public Stamp at(long monotonicNanos) {
        boolean known = clock.wallTimeIsKnown();
        var moment = known ? wallTime(monotonicNanos) : UnknownTime.of(monotonicNanos);
        var time = moment.truncatedTo(ChronoUnit.MICROS);
        if (!time.isAfter(last) && time.plus(SLEW).isAfter(last)) {
            time = last.plus(1, ChronoUnit.MICROS);
        }
        last = time;
        return new Stamp(time, known ? Quality.GOOD : Quality.of(Quality.Flaw.TIME_UNKNOWN));
    }

    /// Whoever is put aside between a look at one clock and a look at the other finds the event as much too late. So
    /// both are looked at again until the looks lie together, or else the closest ones count.
    private Instant wallTime(long monotonicNanos) {
        var closest = Instant.MIN;
        long apart = Long.MAX_VALUE;
        for (int i = 0; i < LOOKS && apart > TOGETHER.toNanos(); i++) {
            long before = clock.nanos();
            var now = clock.instant();
            long between = clock.nanos() - before;
            if (between < apart) {
                // A stamp from before the call is the past; the kernel's clock and ours agree to less than a
                // microsecond.
                closest = now.minusNanos(Math.max(0, before - monotonicNanos));
                apart = between;
            }
        }
        return closest;
    }
}
