package io.pinstream.agent.outbox;

import io.pinstream.event.Dropped;
import io.pinstream.event.SensorId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A range of rows whose packs are gone, and what they were. The numbers stay taken.
record Gap(long first, long last, Dropped dropped) {
    /// Names that travel in one event; it says when there were more.
    private static final int SENSORS = 64;

    boolean holds(long row) {
        return first <= row && row <= last;
    }

    private Gap with(Gap other) {
        var sensors = new LinkedHashSet<SensorId>(dropped.sensors());
        sensors.addAll(other.dropped.sensors());
        var reason = dropped.reason().equals(other.dropped.reason())
                ? dropped.reason()
                : dropped.reason() + "; " + other.dropped.reason();
        return new Gap(
                Math.min(first, other.first),
                Math.max(last, other.last),
                new Dropped(
                        dropped.events() + other.dropped.events(),
                        List.copyOf(sensors).subList(0, Math.min(SENSORS, sensors.size())),
                        earlier(dropped.from(), other.dropped.from()),
                        later(dropped.to(), other.dropped.to()),
                        reason.length() > 200 ? reason.substring(0, 200) : reason));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /// All gaps of an outbox; those that touch are one. For one thread, or under its owner's lock.
    static final class Gaps {
        private final TreeMap<Long, Gap> byFirst = new TreeMap<>();

        void add(Gap gap) {
            var merged = gap;
            var before = byFirst.floorEntry(gap.first());
            if (before != null && before.getValue().last() >= gap.first() - 1) {
                merged = merge(before.getValue(), merged);
                byFirst.remove(before.getKey());
            }
            var after = byFirst.ceilingEntry(merged.first());
            while (after != null && after.getKey() <= merged.last() + 1) {
                merged = merge(after.getValue(), merged);
                byFirst.remove(after.getKey());
                after = byFirst.ceilingEntry(merged.first());
            }
            byFirst.put(merged.first(), merged);
        }

        /// A gap that is read again (a snapshot holds what a record said before) is not added up twice.
        private static Gap merge(Gap one, Gap other) {
            if (one.first() <= other.first() && other.last() <= one.last()) {
                return one;
            }
            if (other.first() <= one.first() && one.last() <= other.last()) {
                return other;
            }
            return one.with(other);
        }

        /// The gap that a row lies in, if any.
        @org.jspecify.annotations.Nullable Gap at(long row) {
            Map.Entry<Long, Gap> entry = byFirst.floorEntry(row);
            return entry != null && entry.getValue().holds(row) ? entry.getValue() : null;
        }

        void forgetUpTo(long row) {
            byFirst.headMap(row, true).values().removeIf(gap -> gap.last() <= row);
        }

        List<Gap> all() {
            return new ArrayList<>(byFirst.values());
        }
    }
}
