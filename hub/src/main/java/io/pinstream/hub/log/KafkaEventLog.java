package io.pinstream.hub.log;

import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// One of our topics in Kafka, the events in the first place.
///
/// A reader looks for new partitions once a minute, so that one that is added while it reads is found within two
/// and read from its first record.
public final class KafkaEventLog implements EventLog {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final KafkaSettings settings;
    private final String topic;
    private final TimeSource time;

    private KafkaEventLog(KafkaSettings settings, String topic, TimeSource time) {
        this.settings = settings;
        this.topic = topic;
        this.time = time;
    }

    /// The events.
    public static EventLog events(KafkaSettings settings, TimeSource time) {
        return new KafkaEventLog(settings, settings.events(), time);
    }

    /// What is known of devices: records that have a device, a time stamp and data, and no more.
    public static EventLog devices(KafkaSettings settings, TimeSource time) {
        return new KafkaEventLog(settings, settings.devices(), time);
    }

    /// What is wanted of each outlet: records that have a name in the place of the device.
    public static EventLog outlets(KafkaSettings settings, TimeSource time) {
        return new KafkaEventLog(settings, settings.outlets(), time);
    }

    @Override
    public Reader open() throws IOException {
        int log = log();
        // Small fetches: a reader that keeps up needs no more, and there may be many of them. The client answers for
        // partitions out of its memory until that has an age.
        var reading = settings.clientWith(Map.of(
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                "false",
                "auto.offset.reset",
                "none",
                "max.poll.records",
                1_000,
                "fetch.max.bytes",
                4 << 20,
                "max.partition.fetch.bytes",
                512 << 10,
                "metadata.max.age.ms",
                LOOK.toMillis(),
                "default.api.timeout.ms",
                (int) LIMIT.toMillis(),
                "allow.auto.create.topics",
                "false"));
        var consumer =
                ask(() -> new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        try {
            return new KafkaReader(log, consumer);
        } catch (IOException | RuntimeException failed) {
            consumer.close();
            throw failed;
        }
    }

    /// Kafka gives every topic an id that is never used again.
    private int log() throws IOException {
        int millis = (int) LIMIT.toMillis();
        try (var admin = Admin.create(
                settings.clientWith(Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis)))) {
            var description = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(millis, TimeUnit.MILLISECONDS)
                    .get(topic);
            return Objects.requireNonNull(description).topicId().hashCode();
        } catch (KafkaException failed) {
            throw unreadable(failed);
        } catch (ExecutionException failed) {
            throw unreadable(Objects.requireNonNullElse(failed.getCause(), failed));
        } catch (TimeoutException late) {
            throw new IOException("Kafka does not answer within %d s".formatted(LIMIT.toSeconds()), late);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking Kafka", stop);
        }
    }

    private <T> T ask(Supplier<T> question) throws IOException {
        try {
            return question.get();
        } catch (KafkaException failed) {
            throw unreadable(failed);
        }
    }

    private IOException unreadable(Throwable failed) {
        return new IOException(
                "cannot read %s at %s: %s".formatted(topic, settings.bootstrapServers(), KafkaReason.of(failed)),
                failed);
    }

    private final class KafkaReader implements Reader {
        private final int log;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final List<TopicPartition> partitions = new ArrayList<>();
        private long lookedAt;

        KafkaReader(int log, KafkaConsumer<byte[], byte[]> consumer) throws IOException {
            this.log = log;
            this.consumer = consumer;
            assign();
        }

        private void assign() throws IOException {
            lookedAt = time.nanos();
            int there = ask(() -> consumer.partitionsFor(topic)).size();
            if (there == 0) {
                throw new IOException("topic %s does not exist; the hub makes it when it runs".formatted(topic));
            }
            var fresh = new ArrayList<TopicPartition>();
            for (int i = partitions.size(); i < there; i++) {
                fresh.add(new TopicPartition(topic, i));
            }
            if (!fresh.isEmpty()) {
                partitions.addAll(fresh);
                consumer.assign(partitions); // those that were assigned before stay where they are
                fresh.forEach(partition -> consumer.seek(partition, 0));
            }
        }

        @Override
        public int log() {
            return log;
        }

        @Override
        public Position begin() throws IOException {
            return position(ask(() -> consumer.beginningOffsets(partitions)));
        }

        @Override
        public Position end() throws IOException {
            return position(ask(() -> consumer.endOffsets(partitions)));
        }

        @Override
        public Position at(Instant since) throws IOException {
            var asked = new HashMap<TopicPartition, Long>();
            partitions.forEach(partition -> asked.put(partition, Math.max(0, since.toEpochMilli())));
            // The end first: what is committed between the two questions must not be left out.
            var ends = ask(() -> consumer.endOffsets(partitions));
            var found = ask(() -> consumer.offsetsForTimes(asked));
            var next = new long[partitions.size()];
            for (var partition : partitions) {
                var first = found.get(partition);
                next[partition.partition()] = first == null ? known(ends, partition) : first.offset();
            }
            return Position.of(next);
        }

        @Override
        public void seek(Position position) {
            partitions.forEach(partition -> consumer.seek(partition, position.next(partition.partition())));
        }

        @Override
        public Batch poll(Duration wait) throws IOException {
            if (time.nanos() - lookedAt > LOOK.toNanos()) {
                assign();
            }
            try {
                var events = new ArrayList<CloudEvent>();
                consumer.poll(wait).forEach(record -> events.add(CloudEvent.of(record)));
                return new Batch(events, next(), List.of());
            } catch (OffsetOutOfRangeException gone) {
                var lost = skip(gone.offsetOutOfRangePartitions());
                return new Batch(List.of(), next(), lost);
            } catch (KafkaException failed) {
                throw unreadable(failed);
            }
        }

        private Position next() throws IOException {
            var next = new long[partitions.size()];
            Arrays.setAll(next, i -> 0);
            for (var partition : partitions) {
                next[partition.partition()] = ask(() -> consumer.position(partition));
            }
            return Position.of(next);
        }

        /// Goes on with the oldest record that is there, and says what is not. One that is behind the newest
        /// record was made up, or Kafka lost what it had committed: it goes on with the newest.
        private List<Lost> skip(Map<TopicPartition, Long> gone) throws IOException {
            var begins = ask(() -> consumer.beginningOffsets(gone.keySet()));
            var ends = ask(() -> consumer.endOffsets(gone.keySet()));
            var oldest = new HashMap<TopicPartition, Long>();
            gone.keySet().forEach(partition -> oldest.put(partition, 0L));
            var times = ask(() -> consumer.offsetsForTimes(oldest));
            var lost = new ArrayList<Lost>();
            gone.forEach((partition, from) -> {
                long begin = known(begins, partition);
                long to = from < begin ? begin : known(ends, partition);
                var first = times.get(partition);
                var until = first == null || from >= begin ? time.instant() : Instant.ofEpochMilli(first.timestamp());
                consumer.seek(partition, to);
                lost.add(new Lost(partition.partition(), from, to, until));
            });
            return lost;
        }

        private Position position(Map<TopicPartition, Long> offsets) {
            var next = new long[partitions.size()];
            partitions.forEach(partition -> next[partition.partition()] = known(offsets, partition));
            return Position.of(next);
        }

        private static long known(Map<TopicPartition, Long> offsets, TopicPartition partition) {
            return Objects.requireNonNull(offsets.get(partition));
        }

        @Override
        public void close() {
            try {
                consumer.close();
            } catch (KafkaException failed) {
                // Interrupted while it said goodbye, which nobody waits for.
            }
        }
    }
}
