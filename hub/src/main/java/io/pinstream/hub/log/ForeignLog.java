package io.pinstream.hub.log;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;

/// The durable log behind devices that do not speak the delivery protocol: at least once, and each event says so.
/// One writer, one transaction at a time; used by one thread.
public interface ForeignLog extends AutoCloseable {
    /// Adds an event.
    ///
    /// @param id unique among the events of this hub
    void event(DeviceId device, String id, Event event);

    /// Adds what cannot be used, as it came.
    void deadLetter(String key, DeadLetter letter);

    /// Ends the transaction; see [LaneLog.Outcome].
    LaneLog.Outcome commit();

    @Override
    void close();
}
