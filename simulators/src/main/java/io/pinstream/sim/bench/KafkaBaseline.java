package io.pinstream.sim.bench;

import io.pinstream.time.TimeSource;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Kafka's own limit on this machine: a producer that does nothing but send, acks=all, 120-byte records.
final class KafkaBaseline {
    private static final int RECORD = 120;
    private static final int KEYS = 200;

    private KafkaBaseline() {}

    /// Sends `records` and says how many a second that were.
    static double recordsPerSecond(String bootstrapServers, String topic, long records, TimeSource time) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers,
                "acks", "all",
                "linger.ms", "5",
                "batch.size", "131072");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var value = new byte[RECORD];
            var random = new SplittableRandom(1);
            long start = time.nanos();
            for (long i = 0; i < records; i++) {
                var ignored = producer.send(new ProducerRecord<>(topic, "device-" + random.nextInt(KEYS), value));
            }
            producer.flush();
            return records / ((time.nanos() - start) / 1e9);
        }
    }
}
