package io.pinstream.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells which commands were stuck on the way, though neither clock need be right.
///
/// A broker takes the time that a command waits there off its expiry, but what waits in a stalled connection is
/// not counted by anybody. So for each sender the least difference between its clock, when it sent, and our
/// monotonic one, when it arrived, is remembered: that was a message without delay, and what comes with a larger
/// difference is so much later. Clocks that run apart are forgiven 0.2 ms a second. Where the sender's clock is
/// set back, one command is taken for late; the difference of the next one is as large, which no stalled
/// connection does, whose messages come together, and it counts from then on. For one thread.
final class Lateness {
    private static final int MOST_SENDERS = 16;
    private static final double RUN_APART = 0.0002;
    private static final long ALIKE = 1_000;
    private static final long APART = 2_000;

    /// In milliseconds.
    private record Known(long least, long since, long lateSent, long lateArrived) {}

    private final Map<String, Known> senders = new LinkedHashMap<>(MOST_SENDERS, 0.75f, true);

    /// Whether it was on its way for longer than it was worth doing.
    ///
    /// @param arrived by our monotonic clock, in nanoseconds
    boolean isLate(String sender, Instant sent, long arrived, Duration within) {
        long now = TimeUnit.NANOSECONDS.toMillis(arrived);
        long difference = now - sent.toEpochMilli();
        @Nullable Known known = senders.get(sender);
        if (known == null) {
            put(sender, new Known(difference, now, Long.MIN_VALUE, 0));
            return false;
        }
        long least = known.least + (long) ((now - known.since) * RUN_APART);
        if (difference <= least || isSetBack(known, sent.toEpochMilli(), now)) {
            put(sender, new Known(difference, now, Long.MIN_VALUE, 0));
            return false;
        }
        if (difference - least <= within.toMillis()) {
            return false;
        }
        put(sender, new Known(known.least, known.since, sent.toEpochMilli(), now));
        return true;
    }

    private static boolean isSetBack(Known known, long sent, long arrived) {
        return known.lateSent != Long.MIN_VALUE
                && arrived - known.lateArrived >= APART
                && Math.abs(arrived - known.lateArrived - (sent - known.lateSent)) <= ALIKE;
    }

    private void put(String sender, Known known) {
        senders.put(sender, known);
        if (senders.size() > MOST_SENDERS) {
            senders.remove(senders.keySet().iterator().next());
        }
    }
}
