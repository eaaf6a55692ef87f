package io.pinstream.hub.log;

import java.io.IOException;

/// What outlets need of Kafka: groups to read by, a place for what a sink will never take, and the state that
/// somebody wants an outlet to be in, kept for all hubs. Safe for use by many threads.
public interface OutletLog {
    /// Joins the group of one outlet.
    ///
    /// @param most how many records one poll may give
    /// @throws IOException if Kafka cannot be asked at all; one that is merely away shows later
    GroupMember join(
            String outlet, GroupMember.Source source, GroupMember.Start start, int most, GroupMember.Listener listener)
            throws IOException;

    /// Opens the dead letters for one outlet.
    ///
    /// @throws IOException if Kafka cannot be asked at all
    Letters letters(String outlet, GroupMember.Source source) throws IOException;

    /// Where events go that a sink will never take. For one thread.
    interface Letters extends AutoCloseable {
        /// Writes one, and returns when Kafka keeps it.
        ///
        /// @param reason printable, names what is wrong
        /// @throws IOException if Kafka does not take it
        void put(CloudEvent event, String reason) throws IOException;

        @Override
        void close();
    }

    /// The compacted topic of what is wanted: a record an outlet, its name as the device.
    EventLog wishes();

    /// Writes what is wanted of an outlet, and returns when Kafka keeps it.
    ///
    /// @throws IOException if Kafka does not take it
    void wish(String outlet, byte[] json) throws IOException;
}
