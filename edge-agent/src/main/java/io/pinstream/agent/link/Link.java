package io.pinstream.agent.link;

import io.pinstream.wire.Envelope;

/// The way to the hub, which may be up or down and repairs itself.
///
/// It promises nothing about what it has taken: a message may be lost, repeated or late. The courier asks again
/// and sends again, so dropping a message on a dead link is always safe.
public interface Link extends AutoCloseable {
    /// What the link has to say. Called by threads of the MQTT client, so it must return at once: no more than
    /// the offer to a bounded queue.
    interface Listener {
        /// A message for this device arrived.
        void arrived(Envelope envelope);

        /// [#connection] may have changed, or there is room again after a [Sent#BUSY].
        void changed();
    }

    /// What became of a message.
    enum Sent {
        /// It is on its way.
        SENT,
        /// The broker has not acknowledged enough of what it was given: try again after the next
        /// [Listener#changed].
        BUSY,
        /// That connection is gone, and the message with it.
        DOWN
    }

    /// Connects, and from now on reconnects, without waiting for it. Called once.
    void start(Listener listener);

    /// The number of the present connection, counted from 1; 0 while there is none. The device's answers reach
    /// it, so whoever sees a new number asks the hub before sending.
    long connection();

    /// Publishes with QoS 1, never waits for the network. For any thread.
    ///
    /// @param connection the connection that it is meant for: what was decided before a reconnect must not be
    ///     sent after it
    Sent send(long connection, Envelope envelope);

    /// Says that the device is offline, as far as that is possible within a bounded time, and ends.
    @Override
    void close();
}
