package io.pinstream.hub.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A member of a consumer group on one of our topics: the group's members divide the partitions among them, and
/// what one has committed the next one goes on behind. Read_committed. For one thread.
public interface GroupMember extends AutoCloseable {
    /// Which of our topics is read.
    enum Source {
        EVENTS,
        DEAD_LETTERS,
        DEVICES
    }

    /// Where a group begins that has committed nothing yet.
    enum Start {
        OLDEST,
        NEWEST
    }

    /// The wish to read again from a time on. Each partition is set back once for each number: which it was is
    /// committed together with the offset, so that it holds across restarts and however the partitions move.
    ///
    /// @param number greater than that of the replay before; 0 for none
    record Replay(long number, Instant from) {
        public static final Replay NONE = new Replay(0, Instant.EPOCH);
    }

    /// Hears on the member's own thread, inside [#poll], that partitions go to another member.
    @FunctionalInterface
    interface Listener {
        /// @param mayCommit false if it is too late for that
        void revoked(Set<Integer> partitions, boolean mayCommit);
    }

    /// What one poll gave.
    ///
    /// @param next by partition, the offset behind what was given
    /// @param deleted how many records the retention has deleted before they were read
    record Polled(List<CloudEvent> events, Map<Integer, Long> next, long deleted) {}

    /// What has come, in order per partition; waits for it, but no longer than told. To be called every few
    /// seconds, or the group thinks that this member hangs. Kafka being away looks like nothing having come.
    ///
    /// @param take false to stay in the group without reading
    /// @throws IOException if Kafka refuses; leave the group then and join it anew
    Polled poll(Duration wait, boolean take) throws IOException;

    /// Commits how far partitions are read.
    ///
    /// @return false if the group is being divided anew: try again after the next poll
    /// @throws IOException if Kafka refuses or does not answer
    boolean commit(Map<Integer, Long> next) throws IOException;

    /// Sets back each partition that has not been for this replay, now and whenever one is assigned later.
    ///
    /// @throws IOException if Kafka refuses or does not answer
    void replay(Replay wanted) throws IOException;

    /// How many records are committed to the topic and not read yet, as far as is known.
    long lag();

    /// How many partitions it has.
    int partitions();

    /// Leaves the group.
    @Override
    void close();
}
