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

    /// @param quality good, or `time-unknown`
    public record Stamp(Instant time, Quality quality) {}

    private final TimeSource clock;
    private Instant last = Instant.MIN;

    public EventTimes(TimeSource clock) {
        this.clock = clock;
    }

    /// The wall time of a moment of the monotonic clock, by what the wall clock says now.
    public Stamp at(long monotonicNanos) {
        // A stamp from before the call is the past; the kernel's clock and ours agree to less than a microsecond.
        long age = Math.max(0, clock.nanos() - monotonicNanos);
        boolean known = clock.wallTimeIsKnown();
        var moment = known ? clock.instant().minusNanos(age) : UnknownTime.of(monotonicNanos);
        var time = moment.truncatedTo(ChronoUnit.MICROS);
        if (!time.isAfter(last) && time.plus(SLEW).isAfter(last)) {
            time = last.plus(1, ChronoUnit.MICROS);
        }
        last = time;
        return new Stamp(time, known ? Quality.GOOD : Quality.of(Quality.Flaw.TIME_UNKNOWN));
    }
}
