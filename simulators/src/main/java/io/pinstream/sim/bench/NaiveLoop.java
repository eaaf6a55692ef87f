package io.pinstream.sim.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// What one writes in an afternoon, to compare with: every MQTT message becomes a Kafka record, acknowledged on
/// arrival.
///
/// It loses what is in its memory when it is killed, repeats what a broker repeats, and knows nothing of order.
public final class NaiveLoop implements AutoCloseable {
    private final KafkaProducer<String, byte[]> producer;
    private final com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient client;

    private NaiveLoop(int mqttPort, String bootstrapServers, String topic) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "acks", "all",
                        "linger.ms", "5",
                        "batch.size", "131072"),
                new StringSerializer(),
                new ByteArraySerializer());
        client = MqttClient.builder()
                .useMqttVersion5()
                .identifier("naive")
                .serverHost("127.0.0.1")
                .serverPort(mqttPort)
                .buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, publish -> {
            var levels = publish.getTopic().getLevels();
            var ignored = producer.send(new ProducerRecord<>(topic, levels.getLast(), publish.getPayloadAsBytes()));
        });
        client.connect().join();
        client.subscribeWith()
                .topicFilter("naive/+")
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .join();
    }

    /// Connects and forwards until it is closed.
    public static NaiveLoop start(int mqttPort, String bootstrapServers, String topic) {
        return new NaiveLoop(mqttPort, bootstrapServers, topic);
    }

    @Override
    public void close() {
        client.disconnect().join();
        producer.close();
    }
}
