package io.pinstream.agent.outbox;

import io.pinstream.event.Dropped;
import io.pinstream.event.SensorId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A range of rows whose packs are gone, and what they were. The numbers stay taken.
record Gap(long first, long last, Dropped dropped) {
    static final int LONGEST_REASON = 200;
    /// Names that are kept; an event has room for about as many.
    static final int SENSORS = 64;

    boolean holds(long row) {
        return first <= row && row <= last;
    }

    /// Both as one: this gap and the one right behind it.
    Gap with(Gap next) {
        var sensors = new LinkedHashSet<SensorId>(dropped.sensors());
        sensors.addAll(next.dropped.sensors());
        var reason = dropped.reason().contains(next.dropped.reason())
                ? dropped.reason()
                : dropped.reason() + "; " + next.dropped.reason();
        return new Gap(
                first,
                next.last,
                new Dropped(
                        dropped.events() + next.dropped.events(),
                        sensors.stream().limit(SENSORS).toList(),
                        earlier(dropped.from(), next.dropped.from()),
                        later(dropped.to(), next.dropped.to()),
                        reason.substring(0, Math.min(LONGEST_REASON, reason.length()))));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// All gaps of an outbox, none of which overlap. For one thread, or under its owner's lock.
    static final class Gaps {
        private final TreeMap<Long, Gap> byFirst = new TreeMap<>();

        /// Adds a gap as it was recorded: it takes the place of those that it covers.
        void add(Gap gap) {
            if (at(gap.first()).isPresent() && at(gap.last()).equals(at(gap.first()))) {
                return; // recorded before the one that covers it
            }
            byFirst.subMap(gap.first(), true, gap.last(), true).clear();
            byFirst.put(gap.first(), gap);
        }

        /// The gap that a row lies in.
        Optional<Gap> at(long row) {
            return Optional.ofNullable(byFirst.floorEntry(row))
                    .map(Map.Entry::getValue)
                    .filter(gap -> gap.holds(row));
        }

        void forgetUpTo(long row) {
            byFirst.headMap(row, true).values().removeIf(gap -> gap.last() <= row);
        }

        List<Gap> all() {
            return new ArrayList<>(byFirst.values());
        }
    }
}
