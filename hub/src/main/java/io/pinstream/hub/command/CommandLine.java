package io.pinstream.hub.command;

import io.pinstream.wire.Envelope;
import java.util.function.Consumer;

/// The way to the devices. For any thread; returns at once.
public interface CommandLine {
    /// Why nothing can be sent; empty if it can.
    String state();

    /// Publishes with QoS 1.
    ///
    /// @param undelivered called at most once, if the broker says that it passes it to nobody, and why
    /// @return whether there was room
    boolean publish(Envelope envelope, Consumer<String> undelivered);
}
