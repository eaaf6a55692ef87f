package io.pinstream.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// One real Kafka node (KRaft, broker and controller in one) in this process, on loopback, with its data on disk.
///
/// It flushes by itself no more than any Kafka does; the hub sets `flush.messages=1` on its own topics where
/// there is one node only.
public final class EmbeddedKafka implements AutoCloseable {
    private static final int TRIES = 5;

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /// Starts on the data in a folder, which is made and formatted if it is new.
    ///
    /// @param port the port on loopback, 0 for a free one
    public static EmbeddedKafka start(Path data, int port) throws IOException {
        return start(data, port, Map.of());
    }

    /// The same, with further settings of the node, which count more than ours: other listeners, for example.
    public static EmbeddedKafka start(Path data, int port, Map<String, String> more) throws IOException {
        IOException last = new IOException("Kafka was not tried");
        for (int i = 0; i < TRIES; i++) {
            int listener = port == 0 ? Ports.free() : port;
            try {
                return open(data, listener, Ports.free(), more);
            } catch (IOException | RuntimeException failed) {
                // A port that was free a moment ago may be taken now.
                last = new IOException(
                        "Kafka did not start on 127.0.0.1:%d with data in %s: %s"
                                .formatted(listener, data, failed.getMessage()),
                        failed);
                if (port != 0 && !Ports.isFree(port)) {
                    break;
                }
            }
        }
        throw last;
    }

    private static EmbeddedKafka open(Path data, int port, int controllerPort, Map<String, String> more)
            throws IOException {
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(data);
        }
        var settings = settings(data, port, controllerPort);
        settings.putAll(more);
        var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        server.startup();
        return new EmbeddedKafka(server, "127.0.0.1:" + port);
    }

    private static void format(Path data) throws IOException {
        Files.createDirectories(data);
        var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try {
            new Formatter()
                    .setPrintStream(quiet)
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(List.of(data.toString()))
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(data.toString())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException("cannot format %s for Kafka".formatted(data), failure);
        }
    }

    private static Properties settings(Path data, int port, int controllerPort) {
        var properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", "1"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controllerPort),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort)),
                Map.entry("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", data.toString()),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "2"),
                Map.entry("background.threads", "2"),
                Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
                Map.entry("log.segment.bytes", "67108864"),
                Map.entry("broker.heartbeat.interval.ms", "200"),
                // A restart without it waits 9 s for the old session to end.
                Map.entry("controlled.shutdown.enable", "true")));
        return properties;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
