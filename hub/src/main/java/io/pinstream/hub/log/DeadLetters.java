package io.pinstream.hub.log;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Looks through the dead letters, the newest first, a page at a time.
public final class DeadLetters {
    /// One letter.
    ///
    /// @param key the device, or the topic that it came by
    /// @param arrived as the hub wrote it
    /// @param pack the numbers that it takes up in its device's stream, if it was a pack
    /// @param payload the bytes as they came
    public record Letter(
            int partition,
            long offset,
            Instant timestamp,
            String key,
            String reason,
            String topic,
            String arrived,
            String pack,
            byte[] payload) {
        /// Where it lies in the topic.
        public Place place() {
            return new Place(partition, offset);
        }
    }

    /// Where a letter lies in the topic, written `partition-offset`: as long as it is kept, it lies there.
    public record Place(int partition, long offset) {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})-(\\d{1,18})");

        public static Place parse(String text) {
            var form = FORM.matcher(text);
            if (!form.matches()) {
                throw new IllegalArgumentException("must be the id of a dead letter, such as 0-42");
            }
            return new Place(Integer.parseInt(form.group(1)), Long.parseLong(form.group(2)));
        }

        @Override
        public String toString() {
            return partition + "-" + offset;
        }
    }

    /// A page.
    ///
    /// @param older where the next page begins; none if this is the last one
    public record Page(List<Letter> letters, Optional<Position> older) {}

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final byte[] NONE = {};

    private final KafkaSettings settings;

    public DeadLetters(KafkaSettings settings) {
        this.settings = settings;
    }

    /// The newest letters before a position.
    ///
    /// @param before none for the newest of all
    /// @throws IOException if Kafka does not answer
    public Page page(Optional<Position> before, int limit) throws IOException {
        return ask(consumer -> page(consumer, before, limit));
    }

    /// One letter; none where there is none, or no more.
    ///
    /// @throws IOException if Kafka does not answer
    public Optional<Letter> at(Place place) throws IOException {
        return ask(consumer -> at(consumer, place));
    }

    private interface Question<T> {
        T ask(KafkaConsumer<byte[], byte[]> consumer) throws IOException;
    }

    private <T> T ask(Question<T> question) throws IOException {
        var reading = settings.clientWith(Map.of(
                "isolation.level", "read_committed",
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "fetch.max.bytes", 4 << 20,
                "max.partition.fetch.bytes", 1 << 20,
                "default.api.timeout.ms", (int) LIMIT.toMillis(),
                "allow.auto.create.topics", "false"));
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return question.ask(consumer);
        } catch (KafkaException failed) {
            throw new IOException(
                    "cannot read %s at %s: %s"
                            .formatted(settings.deadLetters(), settings.bootstrapServers(), KafkaReason.of(failed)),
                    failed);
        }
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(settings.deadLetters()).stream()
                .map(p -> new TopicPartition(settings.deadLetters(), p.partition()))
                .toList();
    }

    private Optional<Letter> at(KafkaConsumer<byte[], byte[]> consumer, Place place) throws IOException {
        var partition = new TopicPartition(settings.deadLetters(), place.partition);
        if (!partitions(consumer).contains(partition)) {
            return Optional.empty();
        }
        var only = List.of(partition);
        if (place.offset < known(consumer.beginningOffsets(only), partition)
                || place.offset >= known(consumer.endOffsets(only), partition)) {
            return Optional.empty();
        }
        consumer.assign(only);
        consumer.seek(partition, place.offset);
        return read(consumer, Map.of(partition, place.offset + 1)).stream().findFirst();
    }

    private Page page(KafkaConsumer<byte[], byte[]> consumer, Optional<Position> before, int limit) throws IOException {
        var partitions = partitions(consumer);
        consumer.assign(partitions);
        var begins = consumer.beginningOffsets(partitions);
        var ends = consumer.endOffsets(partitions);
        var from = new HashMap<TopicPartition, Long>();
        var to = new HashMap<TopicPartition, Long>();
        for (var partition : partitions) {
            long end = known(ends, partition);
            long last = before.map(position -> Math.min(end, position.next(partition.partition())))
                    .orElse(end);
            long first = Math.min(last, Math.max(known(begins, partition), last - limit));
            from.put(partition, first);
            to.put(partition, last);
            consumer.seek(partition, first);
        }
        var found = read(consumer, to);
        found.sort(Comparator.comparing(Letter::timestamp)
                .thenComparingInt(Letter::partition)
                .thenComparingLong(Letter::offset)
                .reversed());
        var given = found.subList(0, Math.min(limit, found.size()));
        return new Page(List.copyOf(given), older(found, given.size(), from, begins));
    }

    private static List<Letter> read(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> to)
            throws IOException {
        var found = new ArrayList<Letter>();
        for (int empty = 0; !isThere(consumer, to); ) {
            var polled = consumer.poll(POLL);
            empty = polled.isEmpty() ? empty + 1 : 0;
            if (empty * POLL.toMillis() > LIMIT.toMillis()) {
                throw new IOException(
                        "Kafka has given nothing of the dead letters for %d s".formatted(LIMIT.toSeconds()));
            }
            for (var record : polled) {
                var partition = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < known(to, partition)) {
                    found.add(letter(record));
                }
            }
        }
        return found;
    }

    private static boolean isThere(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> to) {
        return to.entrySet().stream().allMatch(entry -> consumer.position(entry.getKey()) >= entry.getValue());
    }

    /// Letters of a partition that were read and not given come with the next page; else that begins before what
    /// was read.
    private static Optional<Position> older(
            List<Letter> found, int given, Map<TopicPartition, Long> from, Map<TopicPartition, Long> begins) {
        var position = Position.of(new long[from.size()]);
        boolean more = false;
        for (var entry : from.entrySet()) {
            int number = entry.getKey().partition();
            long next = found.subList(given, found.size()).stream()
                    .filter(letter -> letter.partition() == number)
                    .mapToLong(letter -> letter.offset() + 1)
                    .max()
                    .orElse(entry.getValue());
            more |= next > known(begins, entry.getKey());
            position = position.with(number, next);
        }
        return more ? Optional.of(position) : Optional.empty();
    }

    private static Letter letter(ConsumerRecord<byte[], byte[]> record) {
        return new Letter(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                EventReader.key(record),
                EventReader.header(record, "reason"),
                EventReader.header(record, "topic"),
                EventReader.header(record, "arrived"),
                EventReader.header(record, DeadLetter.PACK),
                record.value() == null ? NONE : record.value());
    }

    private static long known(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition));
    }
}
