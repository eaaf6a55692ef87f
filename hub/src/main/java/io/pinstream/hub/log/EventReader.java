package io.pinstream.hub.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads one of our topics from its beginning to what was its end at the start, read_committed, in order per
/// device.
public final class EventReader {
    /// One record of the events topic.
    ///
    /// @param device its key
    /// @param id its `ce_id`
    /// @param type its `ce_type`
    /// @param delivery its `ce_delivery`; empty for what came by the delivery protocol
    /// @param shortened whether the oldest records of its partition are deleted, as the retention wants it
    public record Stored(
            String device,
            String id,
            String type,
            String delivery,
            boolean shortened,
            int partition,
            long offset,
            byte[] value) {}

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STALL = Duration.ofSeconds(30);
    private static final byte[] NONE = {};

    private EventReader() {}

    /// Reads all events.
    ///
    /// @param progress hears how much has been read, from 0 to 1
    /// @throws IOException if Kafka does not answer
    public static void read(KafkaSettings settings, Consumer<Stored> reader, DoubleConsumer progress)
            throws IOException {
        records(settings, settings.events(), (record, begin) -> reader.accept(stored(record, begin > 0)), progress);
    }

    /// Takes a record of a partition that begins at an offset.
    @FunctionalInterface
    interface RecordReader {
        void accept(ConsumerRecord<byte[], byte[]> record, long begin);
    }

    /// Reads a topic.
    static void records(KafkaSettings settings, String topic, RecordReader reader, DoubleConsumer progress)
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
                20_000,
                "allow.auto.create.topics",
                "false"));
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            read(consumer, topic, reader, progress);
        } catch (KafkaException failed) {
            throw new IOException(
                    "cannot read %s at %s: %s".formatted(topic, settings.bootstrapServers(), KafkaReason.of(failed)),
                    failed);
        }
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer, String topic, RecordReader reader, DoubleConsumer progress)
            throws IOException {
        var partitions = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new IOException(
                    "topic %s does not exist; pinstream-hub topics makes it, and so does run".formatted(topic));
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
            var polled = consumer.poll(POLL);
            empty = polled.isEmpty() ? empty + 1 : 0;
            if (empty * POLL.toMillis() > STALL.toMillis()) {
                throw new IOException("Kafka has given nothing of %s for %d s; %d records are left"
                        .formatted(topic, STALL.toSeconds(), left));
            }
            for (var record : polled) {
                var partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < Objects.requireNonNull(ends.get(partition))) { // what came since is for the next
                    reader.accept(record, Objects.requireNonNull(begins.get(partition)));
                }
            }
        }
    }

    private static long sum(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Stored stored(ConsumerRecord<byte[], byte[]> record, boolean shortened) {
        return new Stored(
                key(record),
                header(record, "ce_id"),
                header(record, "ce_type"),
                header(record, "ce_delivery"),
                shortened,
                record.partition(),
                record.offset(),
                record.value() == null ? NONE : record.value());
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : text(header);
    }

    static String text(Header header) {
        return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
