package io.pinstream.sim.session;

import io.pinstream.hub.Hub;
import io.pinstream.hub.HubConfig;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.EmbeddedServers;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/// An MQTT broker, a Kafka node and a hub in this process, at free ports of loopback.
final class Servers implements AutoCloseable {
    private final EmbeddedServers servers;
    private final HubConfig config;
    private final Closer closer;

    private Servers(EmbeddedServers servers, HubConfig config, Closer closer) {
        this.servers = servers;
        this.config = config;
        this.closer = closer;
    }

    /// Starts all three.
    ///
    /// @param folder for their data
    static Servers start(Path folder, HubWatch watch) throws IOException, InterruptedException {
        var provider = ServiceLoader.load(EmbeddedServers.Provider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the embedded servers are not packed; this is a bug in the simulators"));
        var closer = new Closer();
        try {
            var servers = closer.add(provider.open(folder, 0, 0));
            var config = HubConfig.local(servers.mqttPort(), servers.bootstrapServers(), 0);
            closer.add(Hub.start(config, TimeSource.system(), watch));
            return new Servers(servers, config, closer);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        } catch (InterruptedException stop) {
            throw closer.closeAfter(stop);
        } catch (RuntimeException bug) {
            throw closer.closeAfter(bug);
        }
    }

    int mqttPort() {
        return servers.mqttPort();
    }

    KafkaSettings kafka() {
        return config.kafka();
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
