package io.pinstream.embedded;

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An MQTT 5 broker (HiveMQ CE) in this process, on loopback, open to everybody there.
public final class EmbeddedBroker implements AutoCloseable {
    /// Whether sessions and retained messages outlive the broker.
    public enum Keep {
        ON_DISK("file"),
        IN_MEMORY("in-memory");

        private final String mode;

        Keep(String mode) {
            this.mode = mode;
        }
    }

    private static final int TRIES = 5;
    private static final int PATIENCE_SECONDS = 60;

    private final EmbeddedHiveMQ broker;
    private final int port;

    private EmbeddedBroker(EmbeddedHiveMQ broker, int port) {
        this.broker = broker;
        this.port = port;
    }

    /// Starts with its files in a folder, which is made if it is missing.
    ///
    /// @param port the port on loopback, 0 for a free one
    public static EmbeddedBroker start(Path folder, int port, Keep keep) throws IOException, InterruptedException {
        IOException last = new IOException("the broker was not tried");
        for (int i = 0; i < TRIES; i++) {
            int listener = port == 0 ? Ports.free() : port;
            try {
                return open(folder, listener, keep);
            } catch (ExecutionException | TimeoutException failed) {
                last = new IOException(
                        "the MQTT broker did not start on 127.0.0.1:%d with files in %s: %s"
                                .formatted(listener, folder, failed.getMessage()),
                        failed);
                if (port != 0) {
                    break;
                }
            }
        }
        throw last;
    }

    private static EmbeddedBroker open(Path folder, int port, Keep keep)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        var config = Files.createDirectories(folder.resolve("conf"));
        var data = Files.createDirectories(folder.resolve("data"));
        var extensions = Files.createDirectories(folder.resolve("extensions"));
        Files.writeString(config.resolve("config.xml"), """
                <?xml version="1.0"?>
                <hivemq>
                  <listeners>
                    <tcp-listener>
                      <port>%d</port>
                      <bind-address>127.0.0.1</bind-address>
                    </tcp-listener>
                  </listeners>
                  <mqtt>
                    <receive-maximum>
                      <server-receive-maximum>1000</server-receive-maximum>
                    </receive-maximum>
                    <queued-messages>
                      <max-queue-size>100000</max-queue-size>
                    </queued-messages>
                  </mqtt>
                  <persistence><mode>%s</mode></persistence>
                  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
                </hivemq>
                """.formatted(port, keep.mode));
        var broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(config)
                .withDataFolder(data)
                .withExtensionsFolder(extensions)
                .withoutLoggingBootstrap()
                .build();
        broker.start().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new EmbeddedBroker(broker, port);
    }

    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        try {
            broker.stop().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            broker.close();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the MQTT broker stops", stop);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("the MQTT broker did not stop: " + failed.getMessage(), failed);
        }
    }
}
