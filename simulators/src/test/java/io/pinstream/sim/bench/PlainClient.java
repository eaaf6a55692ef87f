package io.pinstream.sim.bench;

import java.io.IOException;
import java.util.List;

/// The fastest loop of a plain client: no envelope, no filter, no order, no retries, no commits. What a message
/// needs is prepared beforehand.
///
/// @param <P> a message as this client sends it
interface PlainClient<P> extends AutoCloseable {
    /// An event in the words of everybody.
    ///
    /// @param attributes of CloudEvents
    /// @param envelope what goes where one text holds all of the event
    record Message(String device, List<Attribute> attributes, byte[] data, byte[] envelope) {}

    record Attribute(String name, String value) {}

    P prepare(Message message);

    /// May return before they are confirmed.
    void send(List<P> messages) throws Exception;

    /// Waits until everything is confirmed.
    default void finish() throws Exception {}

    @Override
    void close() throws IOException;
}
