package io.pinstream.hub.log;

import io.pinstream.delivery.Mark;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// One lane's transactions in Kafka.
///
/// To open it is to own the lane: `initTransactions` with the lane's transactional id raises the producer's
/// epoch, which aborts whatever an older owner had open and fences it for good (KIP-98, KIP-890). Only then are
/// the marks read, to the end of their partition, read_committed: nobody but us can add to them any more (hub
/// rule 5).
public final class KafkaLaneLog implements LaneLog {
    private static final Duration MARKS_LIMIT = Duration.ofSeconds(60);

    private final KafkaSettings settings;
    private final int lane;
    private final Transactions transactions;
    private final EventRecords records;
    private final Map<DeviceId, Mark> marks;

    private KafkaLaneLog(
            KafkaSettings settings, int lane, TimeSource time, Transactions transactions, Map<DeviceId, Mark> marks) {
        this.settings = settings;
        this.lane = lane;
        this.transactions = transactions;
        this.records = new EventRecords(settings.events(), time);
        this.marks = marks;
    }

    /// Takes the lane over. Bounded in time; may be tried again.
    ///
    /// @throws IOException if Kafka does not answer or refuses
    public static KafkaLaneLog open(KafkaSettings settings, int lane, TimeSource time) throws IOException {
        var transactions = Transactions.open(settings, settings.prefix() + "-lane-" + lane);
        try {
            return new KafkaLaneLog(settings, lane, time, transactions, readMarks(settings, lane));
        } catch (KafkaException failed) {
            transactions.close();
            throw new IOException(
                    "cannot read the marks of lane %d: %s".formatted(lane, KafkaReason.of(failed)), failed);
        } catch (IOException | RuntimeException failed) {
            transactions.close();
            throw failed;
        }
    }

    private static Map<DeviceId, Mark> readMarks(KafkaSettings settings, int lane) throws IOException {
        var partition = new TopicPartition(settings.marks(), lane);
        var marks = new HashMap<DeviceId, Mark>();
        var reading = settings.clientWith(Map.of(
                "isolation.level", "read_committed", "enable.auto.commit", "false", "default.api.timeout.ms", 20_000));
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = Objects.requireNonNull(
                    consumer.endOffsets(List.of(partition)).get(partition));
            for (int waited = 0; consumer.position(partition) < end; waited++) {
                if (waited * 100L > MARKS_LIMIT.toMillis()) {
                    throw new IOException("the marks of lane %d cannot be read to their end (%d of %d) within %s"
                            .formatted(lane, consumer.position(partition), end, MARKS_LIMIT));
                }
                var polled = consumer.poll(Duration.ofMillis(100));
                if (!polled.isEmpty()) {
                    waited = 0;
                }
                polled.forEach(record -> {
                    var key = new String(record.key(), StandardCharsets.UTF_8);
                    if (record.value() == null) {
                        marks.remove(new DeviceId(key));
                    } else {
                        marks.put(new DeviceId(key), MarkJson.read(key, record.value()));
                    }
                });
            }
        }
        return marks;
    }

    @Override
    public Map<DeviceId, Mark> marks() {
        return marks;
    }

    @Override
    public void event(DeviceId device, StreamId stream, long sequence, int index, Event event) {
        var id = stream + "/" + sequence + "/" + index;
        transactions.send(records.exactlyOnce(device, id, event, ""));
    }

    @Override
    public void dropped(DeviceId device, StreamId stream, long first, long last, Event event) {
        var id = "%s/%d-%d/0".formatted(stream, first, last);
        var range = ",\"first_sequence\":%d,\"last_sequence\":%d".formatted(first, last);
        transactions.send(records.exactlyOnce(device, id, event, range));
    }

    @Override
    public void deadLetter(String key, DeadLetter letter) {
        transactions.send(letter.toRecord(settings.deadLetters(), key));
    }

    @Override
    public void mark(DeviceId device, Mark mark) {
        transactions.send(new ProducerRecord<>(settings.marks(), lane, records.key(device), MarkJson.write(mark)));
    }

    @Override
    public void device(DeviceId device, byte[] json) {
        transactions.send(new ProducerRecord<>(settings.devices(), records.key(device), json));
    }

    @Override
    public Outcome commit() {
        return transactions.commit();
    }

    @Override
    public Outcome abort() {
        return transactions.abort();
    }

    @Override
    public void close() {
        transactions.close();
    }
}
