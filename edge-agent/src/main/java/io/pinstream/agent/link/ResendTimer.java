package io.pinstream.agent.link;

import java.time.Duration;

/// How long to wait for progress before sending again: the smoothed round trip and its deviation, as TCP does
/// (RFC 6298). In nanoseconds. Not for use by several threads at once. Public because a simulated fleet waits as
/// an agent does.
public final class ResendTimer {
    /// Before anything is known (RFC 6298 section 2.1 says 1 s for a round trip of packets; ours has a Kafka
    /// transaction in it).
    static final long FIRST = Duration.ofSeconds(3).toNanos();
    /// A hub that commits every few milliseconds may pause for a moment without being asked again.
    static final long LEAST = Duration.ofSeconds(1).toNanos();
    static final long LONGEST = Duration.ofSeconds(60).toNanos();

    private long smoothed;
    private long deviation;
    private long timeout = FIRST;
    private int backedOff;

    /// Takes the round trip of rows that were sent once: of what was sent twice nobody knows which sending was
    /// answered (Karn).
    public void sample(long roundTrip) {
        if (smoothed == 0) { // section 2.2
            smoothed = roundTrip;
            deviation = roundTrip / 2;
        } else { // section 2.3: beta 1/4, alpha 1/8
            deviation += (Math.abs(smoothed - roundTrip) - deviation) / 4;
            smoothed += (roundTrip - smoothed) / 8;
        }
        timeout = Math.clamp(smoothed + 4 * deviation, LEAST, LONGEST);
    }

    /// The hub answers, so what was doubled is not any more.
    public void progressed() {
        backedOff = 0;
    }

    /// Nothing came in time: wait twice as long (section 5.5).
    public void backOff() {
        backedOff++;
    }

    /// How often it was backed off since the last progress.
    public int backedOff() {
        return backedOff;
    }

    public long timeout() {
        return Math.min(timeout << Math.min(backedOff, 6), LONGEST);
    }
}
