package io.pinstream.hub.outlet.kafka;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.kafka.KafkaOutlet.Mirror;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes events with Kafka's idempotent producer: in order, each confirmed by all replicas. What an idempotent
/// producer has in flight arrives in order or not at all; after a failure that it cannot mend another one is
/// opened.
final class KafkaSink implements Sink {
    private static final int REQUEST = 9 << 20; // our largest record is 8 MiB
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Limits LIMITS = new Limits(10_000, 16 << 20, false);

    private final Mirror to;
    private final KafkaProducer<byte[], byte[]> producer;

    private KafkaSink(Mirror to, KafkaProducer<byte[], byte[]> producer) {
        this.to = to;
        this.producer = producer;
    }

    static KafkaSink open(Mirror to) throws IOException {
        var settings = new HashMap<String, Object>();
        settings.put("linger.ms", 5);
        settings.put("batch.size", 256 << 10);
        settings.put("max.request.size", REQUEST);
        settings.put("max.block.ms", 15_000);
        settings.put("request.timeout.ms", 8_000);
        settings.put("delivery.timeout.ms", 20_000);
        settings.putAll(to.client());
        settings.put("bootstrap.servers", to.bootstrapServers());
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        try {
            return new KafkaSink(
                    to, new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
        } catch (KafkaException refused) {
            throw new IOException("%s: %s".formatted(to.name(), innermost(refused)), refused);
        }
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    /// The future of one record, or why there is none.
    private record Flight(Future<RecordMetadata> future) {}

    @Override
    public List<Outcome> send(List<CloudEvent> events) throws IOException, InterruptedException {
        var flights = new ArrayList<Flight>(events.size());
        try {
            for (var event : events) {
                var flight = new Flight(producer.send(record(event)));
                flights.add(flight);
                if (flight.future().isDone()) {
                    // Not even queued. Where the cluster is away, every further one would block as long again.
                    var _ = outcome(flight);
                }
            }
            producer.flush();
        } catch (org.apache.kafka.common.errors.InterruptException stop) {
            throw new InterruptedException("interrupted while writing to " + to.name());
        } catch (KafkaException | IllegalStateException broken) {
            throw new IOException("%s: %s".formatted(to.name(), innermost(broken)), broken);
        }
        var outcomes = new ArrayList<Outcome>(events.size());
        for (var flight : flights) {
            outcomes.add(outcome(flight));
        }
        return outcomes;
    }

    /// What is too large fails before it is sent, and harms nothing behind it. Any other failure may leave a gap
    /// that later records must not close: the producer is given up, and all of these are sent again.
    private Outcome outcome(Flight flight) throws IOException, InterruptedException {
        try {
            flight.future().get();
            return Outcome.SENT;
        } catch (ExecutionException failed) {
            var cause = Objects.requireNonNullElse(failed.getCause(), failed);
            if (cause instanceof RecordTooLargeException || cause instanceof InvalidTopicException) {
                return new Outcome.Never("%s does not take it: %s".formatted(to.name(), innermost(cause)));
            }
            throw new IOException("%s: %s".formatted(to.name(), innermost(cause)), cause);
        }
    }

    private ProducerRecord<byte[], byte[]> record(CloudEvent event) {
        var headers = new ArrayList<Header>();
        headers.add(header("ce_specversion", "1.0"));
        event.attributes((name, value) -> headers.add(header("ce_" + name, value)));
        headers.add(header("content-type", "application/json"));
        return new ProducerRecord<>(
                to.topic().fill(event),
                null,
                event.timestamp().toEpochMilli(),
                event.device().getBytes(StandardCharsets.UTF_8),
                event.data(),
                headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String innermost(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public void close() {
        producer.close(CLOSE_LIMIT);
    }
}
