package io.pinstream.hub.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// The events topic for those who read it from a place of their own: read_committed, without a group, so that no
/// reader is in another one's way. Safe for use by many threads.
public interface EventLog {
    /// Opens a reader, which stands nowhere yet.
    ///
    /// @throws IOException if Kafka does not answer, or the topic is not there
    Reader open() throws IOException;

    /// Reads. For one thread at a time.
    interface Reader extends AutoCloseable {
        /// Which topic this is; another one of the same name, made later, has another number.
        int log();

        /// Where the oldest records are.
        ///
        /// @throws IOException if Kafka does not answer
        Position begin() throws IOException;

        /// Behind the newest committed record.
        ///
        /// @throws IOException if Kafka does not answer
        Position end() throws IOException;

        /// The first records that are as new as that; behind the newest one where there is none.
        ///
        /// @throws IOException if Kafka does not answer
        Position at(Instant time) throws IOException;

        /// What the next poll begins with.
        ///
        /// @throws IOException if Kafka does not answer
        void seek(Position position) throws IOException;

        /// What has come, in order per partition; waits for it, but no longer than told. Kafka being away looks
        /// like nothing having come.
        ///
        /// @throws IOException if Kafka refuses
        Batch poll(Duration wait) throws IOException;

        @Override
        void close();
    }

    /// What one poll gave.
    ///
    /// @param next where the next one begins; further than the last event, because Kafka's own markers take
    ///     offsets
    /// @param lost what can no longer be read; its place is before the events
    record Batch(List<CloudEvent> events, Position next, List<Lost> lost) {}

    /// Records that the retention has deleted before they were read.
    ///
    /// @param from the first offset that is gone
    /// @param to the first one that is there
    /// @param until time stamp of the oldest record that is there, or the present if there is none
    record Lost(int partition, long from, long to, Instant until) {}
}
