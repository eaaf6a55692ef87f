package io.pinstream.hub.log;

import io.pinstream.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// One Kafka node for all tests of this process. Each test has topics of its own.
public final class RealKafka {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private RealKafka() {}

    private static final class Node {
        static final EmbeddedKafka KAFKA = start();

        private static EmbeddedKafka start() {
            try {
                var kafka = EmbeddedKafka.start(folder("kafka"), 0);
                Runtime.getRuntime().addShutdownHook(new Thread(kafka::close, "end-kafka"));
                return kafka;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /// A folder of its own below the build's.
    public static Path folder(String name) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(Path.of("target", "servers")), name + "-");
    }

    public static String bootstrapServers() {
        return Node.KAFKA.bootstrapServers();
    }

    /// Settings whose prefix no other test has.
    public static KafkaSettings settings() {
        return new KafkaSettings(
                bootstrapServers(), Map.of(), "test-" + NUMBER.incrementAndGet(), 4, 3, 0, Duration.ofDays(7));
    }

    /// The same, with the topics made.
    public static KafkaSettings settingsWithTopics() throws IOException, InterruptedException {
        var settings = settings();
        KafkaTopics.create(settings);
        return settings;
    }

    /// Every event that a reader sees.
    public static List<EventReader.Stored> events(KafkaSettings settings) throws IOException {
        var all = new ArrayList<EventReader.Stored>();
        EventReader.read(settings, all::add, _ -> {});
        return all;
    }
}
