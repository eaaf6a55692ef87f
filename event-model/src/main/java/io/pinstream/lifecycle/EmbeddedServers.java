package io.pinstream.lifecycle;

import java.io.IOException;
import java.nio.file.Path;

/// An MQTT broker and a Kafka node that run inside this process, on loopback, with their data on disk.
///
/// For the demo, for tests, and for a single machine that wants nothing else installed. The hub carries no broker
/// of its own: it finds a [Provider] through `ServiceLoader` where one is on the class path.
public interface EmbeddedServers extends AutoCloseable {
    /// Port of the MQTT broker on 127.0.0.1.
    int mqttPort();

    /// Kafka's bootstrap servers, as `host:port`.
    String bootstrapServers();

    @Override
    void close() throws IOException;

    /// Starts the servers.
    interface Provider {
        /// Starts broker and Kafka on their data below `data`, which is made if it is missing.
        ///
        /// @param mqttPort the port on loopback, 0 for a free one
        /// @param kafkaPort the port on loopback, 0 for a free one
        EmbeddedServers open(Path data, int mqttPort, int kafkaPort) throws IOException, InterruptedException;
    }
}
