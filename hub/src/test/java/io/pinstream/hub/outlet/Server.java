package io.pinstream.hub.outlet;

import java.io.IOException;

/// A real server on loopback that a test can kill and start again on what it has kept.
public interface Server extends AutoCloseable {
    int port();

    /// Ends it without a word, as `kill -9` does.
    void kill() throws IOException, InterruptedException;

    /// Starts it, and returns when it answers.
    void launch() throws Exception;

    @Override
    default void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
