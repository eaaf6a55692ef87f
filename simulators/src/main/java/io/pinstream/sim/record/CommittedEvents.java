package io.pinstream.sim.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the events topic read_committed, outside of any consumer group: it takes nothing from anybody.
public final class CommittedEvents {
    /// @param since the first event's time; none for the oldest that Kafka has, or, with `follow`, for now
    /// @param follow goes on with what comes until it is told to stop; else it ends with what is there at the
    ///     start
    /// @param device only this one's
    public record Wish(
            String bootstrapServers, String topic, Optional<Instant> since, boolean follow, Optional<String> device) {}

    /// Takes an event as it stands in Kafka.
    @FunctionalInterface
    public interface Taker {
        void take(String json) throws IOException;
    }

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STALL = Duration.ofSeconds(30);
    private static final int API_TIMEOUT_MILLIS = 10_000;

    private CommittedEvents() {}

    /// Reads until it is at the end, or until it is told to stop.
    ///
    /// @param stop asked several times a second
    /// @throws IOException if Kafka does not answer, or the taker fails
    public static void read(Wish wish, Taker taker, BooleanSupplier stop) throws IOException {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                wish.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                "false",
                "allow.auto.create.topics",
                "false",
                "default.api.timeout.ms",
                API_TIMEOUT_MILLIS,
                "request.timeout.ms",
                API_TIMEOUT_MILLIS);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(wish.topic()).stream()
                    .map(partition -> new TopicPartition(wish.topic(), partition.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new IOException("topic %s does not exist at %s: has a hub run there?"
                        .formatted(wish.topic(), wish.bootstrapServers()));
            }
            consumer.assign(partitions);
            seek(consumer, partitions, wish);
            poll(consumer, wish, taker, stop);
        } catch (KafkaException failed) {
            throw new IOException(
                    "Kafka at %s does not give %s (%s): is it running, and is the address right?"
                            .formatted(
                                    wish.bootstrapServers(),
                                    wish.topic(),
                                    failed.getCause() == null
                                            ? failed.getMessage()
                                            : failed.getCause().getMessage()),
                    failed);
        }
    }

    private static void seek(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Wish wish) {
        if (wish.since().isEmpty()) {
            if (wish.follow()) {
                consumer.seekToEnd(partitions);
            } else {
                consumer.seekToBeginning(partitions);
            }
            return;
        }
        // A record's time stamp is its event's time, so this is where the first one of that time is.
        var asked = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> asked.put(partition, wish.since().get().toEpochMilli()));
        var found = consumer.offsetsForTimes(asked);
        for (var partition : partitions) {
            var offset = found.get(partition);
            if (offset == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        }
    }

    private static void poll(KafkaConsumer<byte[], byte[]> consumer, Wish wish, Taker taker, BooleanSupplier stop)
            throws IOException {
        var ends = consumer.endOffsets(consumer.assignment());
        int empty = 0;
        while (!stop.getAsBoolean() && (wish.follow() || isBefore(consumer, ends))) {
            var polled = consumer.poll(POLL);
            empty = polled.isEmpty() ? empty + 1 : 0;
            if (!wish.follow() && empty * POLL.toMillis() > STALL.toMillis()) {
                throw new IOException(
                        "Kafka has given nothing of %s for %d s".formatted(wish.topic(), STALL.toSeconds()));
            }
            for (var event : polled) {
                var end = ends.get(new TopicPartition(event.topic(), event.partition()));
                boolean isThere = wish.follow() || end != null && event.offset() < end;
                boolean isLate = wish.since().isPresent()
                        && event.timestamp() < wish.since().get().toEpochMilli();
                if (isThere && !isLate && event.value() != null && isOf(wish, event.key())) {
                    taker.take(new String(event.value(), UTF_8));
                }
            }
        }
    }

    private static boolean isOf(Wish wish, byte[] key) {
        return wish.device().isEmpty() || key != null && wish.device().get().equals(new String(key, UTF_8));
    }

    private static boolean isBefore(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
    }
}
