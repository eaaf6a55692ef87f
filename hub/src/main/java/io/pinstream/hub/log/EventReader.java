package io.pinstream.hub.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the events topic from its beginning to what was its end at the start, read_committed, in order per
/// device.
public final class EventReader {
    /// One record of the events topic.
    ///
    /// @param device its key
    /// @param id its `ce_id`
    /// @param type its `ce_type`
    /// @param delivery its `ce_delivery`; empty for what came by the delivery protocol
    public record Stored(
            String device, String id, String type, String delivery, int partition, long offset, byte[] value) {}

    private static final Duration STALL = Duration.ofSeconds(30);

    private EventReader() {}

    /// Reads everything.
    ///
    /// @param progress hears how much has been read, from 0 to 1
    /// @throws IOException if Kafka does not answer
    public static void read(KafkaSettings settings, Consumer<Stored> reader, DoubleConsumer progress)
            throws IOException {
        var reading = settings.clientWith(Map.of(
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                "false",
                "max.poll.records",
                10_000,
                "fetch.max.bytes",
                16 << 20,
                "default.api.timeout.ms",
                20_000));
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            read(consumer, settings.events(), reader, progress);
        } catch (KafkaException failed) {
            throw new IOException("cannot read %s: %s".formatted(settings.events(), failed.getMessage()), failed);
        }
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer, String topic, Consumer<Stored> reader, DoubleConsumer progress)
            throws IOException {
        var partitions = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new IOException("topic %s does not exist".formatted(topic));
        }
        consumer.assign(partitions);
        var ends = consumer.endOffsets(partitions);
        var begins = consumer.beginningOffsets(partitions);
        long all = sum(ends) - sum(begins);
        consumer.seekToBeginning(partitions);
        int empty = 0;
        while (true) {
            long left = 0;
            for (var end : ends.entrySet()) {
                left += Math.max(0, end.getValue() - consumer.position(end.getKey()));
            }
            progress.accept(all == 0 ? 1 : 1 - (double) left / all);
            if (left == 0) {
                return;
            }
            var polled = consumer.poll(Duration.ofMillis(200));
            empty = polled.isEmpty() ? empty + 1 : 0;
            if (empty * 200L > STALL.toMillis()) {
                throw new IOException(
                        "Kafka has given nothing of %s for %s; %d records are left".formatted(topic, STALL, left));
            }
            polled.forEach(record -> reader.accept(stored(record)));
        }
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Stored stored(ConsumerRecord<byte[], byte[]> record) {
        return new Stored(
                new String(record.key(), StandardCharsets.UTF_8),
                header(record, "ce_id"),
                header(record, "ce_type"),
                header(record, "ce_delivery"),
                record.partition(),
                record.offset(),
                record.value());
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
