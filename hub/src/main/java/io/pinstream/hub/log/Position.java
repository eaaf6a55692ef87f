package io.pinstream.hub.log;

import java.util.Arrays;

/// How far the events topic is read: by partition, the offset that comes next. Immutable.
///
/// Partitions are only ever added to a topic; one that a position does not name is read from its first record.
public final class Position {
    private final long[] next;

    private Position(long[] next) {
        this.next = next;
    }

    public static Position of(long... next) {
        for (int i = 0; i < next.length; i++) {
            if (next[i] < 0) {
                throw new IllegalArgumentException(
                        "offset of partition %d must not be negative, but was %d".formatted(i, next[i]));
            }
        }
        return new Position(next.clone());
    }

    public int partitions() {
        return next.length;
    }

    /// The offset that comes next.
    public long next(int partition) {
        return partition < next.length ? next[partition] : 0;
    }

    /// The same, with one partition read as far as an offset, which comes next.
    public Position with(int partition, long offset) {
        var copy = Arrays.copyOf(next, Math.max(next.length, partition + 1));
        copy[partition] = offset;
        return new Position(copy);
    }

    /// In every partition the one of the two that is further.
    public Position max(Position other) {
        var copy = Arrays.copyOf(next, Math.max(next.length, other.next.length));
        for (int i = 0; i < copy.length; i++) {
            copy[i] = Math.max(next(i), other.next(i));
        }
        return new Position(copy);
    }

    /// Whether everything before the other position is before this one, too.
    public boolean covers(Position other) {
        for (int i = 0; i < other.next.length; i++) {
            if (next(i) < other.next[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether an event is still to come.
    public boolean isBefore(CloudEvent event) {
        return event.offset() >= next(event.partition());
    }

    /// The position behind an event.
    public Position behind(CloudEvent event) {
        return with(event.partition(), event.offset() + 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Position position && Arrays.equals(position.next, next);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(next);
    }

    @Override
    public String toString() {
        return Arrays.toString(next);
    }
}
