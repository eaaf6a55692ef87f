package io.pinstream.hub.log;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes into the topic of devices as somebody would who writes into Kafka past the hub: under any key.
public final class DevicesTopic implements AutoCloseable {
    private final KafkaSettings settings;
    private final KafkaProducer<byte[], byte[]> producer;

    public DevicesTopic(KafkaSettings settings) {
        this.settings = settings;
        this.producer = new KafkaProducer<>(
                settings.clientWith(Map.of("linger.ms", 50)), new ByteArraySerializer(), new ByteArraySerializer());
    }

    public void say(String device, String json) {
        producer.send(new ProducerRecord<>(
                settings.devices(), device.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        producer.close();
    }
}
