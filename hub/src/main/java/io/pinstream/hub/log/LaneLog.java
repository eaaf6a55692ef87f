package io.pinstream.hub.log;

import io.pinstream.delivery.Mark;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.wire.StreamId;
import java.util.Map;

/// The durable log behind one lane: one writer, one transaction at a time. Used by the lane's thread only.
public interface LaneLog extends AutoCloseable {
    /// How a transaction ended.
    enum Outcome {
        /// It is in the log, for good.
        COMMITTED,
        /// It is not, and never will be: agents resend.
        ABORTED,
        /// Nobody can say: close this log and open the lane anew (hub rule 2).
        UNKNOWN,
        /// Another hub owns the lane now: close this log; normal during a roll-out.
        FENCED
    }

    /// The marks that the log held when it was opened, after every older owner was fenced (hub rule 5).
    Map<DeviceId, Mark> marks();

    /// Adds an event of an accepted pack to the open transaction, which is begun if there is none.
    ///
    /// @param sequence the number of its pack
    /// @param index its place in the pack, from 0
    void event(DeviceId device, StreamId stream, long sequence, int index, Event event);

    /// Adds what cannot be used, as it came.
    ///
    /// @param key device id or topic
    void deadLetter(String key, DeadLetter letter);

    /// Adds a device's mark.
    void mark(DeviceId device, Mark mark);

    /// Adds what is known of a device, for the compacted topic of devices.
    void device(DeviceId device, byte[] json);

    /// Ends the transaction. Whatever the outcome, the next call begins a new one, except after `UNKNOWN` and
    /// `FENCED`.
    Outcome commit();

    /// Gives the open transaction up.
    Outcome abort();

    @Override
    void close();
}
