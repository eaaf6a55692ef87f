package io.pinstream.hub.log;

import io.pinstream.hub.log.GroupMember.Source;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// What outlets need of Kafka, in the hub's own topics. The group of an outlet is `<prefix>-outlet-<name>`.
public final class KafkaOutletLog implements OutletLog {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final KafkaSettings settings;
    private final TimeSource time;

    public KafkaOutletLog(KafkaSettings settings, TimeSource time) {
        this.settings = settings;
        this.time = time;
    }

    /// The group by which all hubs read for an outlet.
    public static String group(KafkaSettings settings, String outlet) {
        return settings.prefix() + "-outlet-" + outlet;
    }

    @Override
    public GroupMember join(
            String outlet, Source source, GroupMember.Start start, int most, GroupMember.Listener listener)
            throws IOException {
        return KafkaGroupMember.join(settings, group(settings, outlet), source, start, most, listener);
    }

    @Override
    public EventLog wishes() {
        return KafkaEventLog.outlets(settings, time);
    }

    @Override
    public void wish(String outlet, byte[] json) throws IOException {
        try (var producer = new Writer()) {
            producer.write(new ProducerRecord<>(settings.outlets(), outlet.getBytes(StandardCharsets.UTF_8), json));
        }
    }

    @Override
    public Letters letters(String outlet, Source source) throws IOException {
        return new KafkaLetters(outlet, source);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /// A producer that says whether a record is kept.
    private final class Writer implements AutoCloseable {
        private final Producer<byte[], byte[]> producer;

        Writer() throws IOException {
            try {
                producer = new KafkaProducer<>(
                        settings.clientWith(Map.of(
                                "acks",
                                "all",
                                "enable.idempotence",
                                "true",
                                "max.request.size",
                                KafkaSettings.LARGEST_RECORD,
                                "max.block.ms",
                                (int) LIMIT.toMillis(),
                                "request.timeout.ms",
                                5_000,
                                "delivery.timeout.ms",
                                (int) LIMIT.toMillis())),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
            } catch (KafkaException refused) {
                throw new IOException(
                        "no connection to %s: %s".formatted(settings.bootstrapServers(), KafkaReason.of(refused)),
                        refused);
            }
        }

        void write(ProducerRecord<byte[], byte[]> record) throws IOException {
            try {
                producer.send(record).get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException failed) {
                throw refused(record, Objects.requireNonNullElse(failed.getCause(), failed));
            } catch (KafkaException | TimeoutException failed) {
                throw refused(record, failed);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while writing to " + record.topic(), stop);
            }
        }

        private IOException refused(ProducerRecord<byte[], byte[]> record, Throwable why) {
            return new IOException(
                    "Kafka does not take a record of %s: %s".formatted(record.topic(), KafkaReason.of(why)));
        }

        @Override
        public void close() {
            producer.close(CLOSE_LIMIT);
        }
    }

    private final class KafkaLetters implements Letters {
        private final String outlet;
        private final Source source;
        private final Writer writer = new Writer();

        KafkaLetters(String outlet, Source source) throws IOException {
            this.outlet = outlet;
            this.source = source;
        }

        @Override
        public void put(CloudEvent event, String reason) throws IOException {
            List<Header> headers = List.of(
                    header("reason", "outlet %s: %s".formatted(outlet, reason)),
                    header("topic", event.source()),
                    header("arrived", time.instant().toString()),
                    header("ce_id", event.id()),
                    header(GroupRecords.OUTLET, outlet),
                    header(GroupRecords.SOURCE, source.name()));
            writer.write(new ProducerRecord<>(
                    settings.deadLetters(),
                    null,
                    time.instant().toEpochMilli(),
                    event.device().getBytes(StandardCharsets.UTF_8),
                    event.data(),
                    headers));
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
