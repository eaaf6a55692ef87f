package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import io.pinstream.config.ConfigTree;
import io.pinstream.embedded.EmbeddedBroker;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.Audit;
import io.pinstream.hub.log.EventReader.Stored;
import io.pinstream.hub.log.KafkaLaneLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.StreamId;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The whole hub between a real broker and a real Kafka; the agent is written by hand.
class HubIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final Topics TOPICS = new Topics("pinstream");
    private static final MessageCodec CODEC = new MessageCodec(TOPICS);

    private static EmbeddedBroker broker;

    private final StreamId stream = StreamId.random(new Random());
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final KafkaSettings kafka = RealKafka.settings();
    private Hub hub;
    private Mqtt5BlockingClient agent;
    private Mqtt5Publishes arrived;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.start(RealKafka.folder("mqtt"), 0, EmbeddedBroker.Keep.IN_MEMORY);
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
    }

    @BeforeEach
    void start() throws IOException {
        hub = hub(kafka);
        agent = Mqtt5Client.builder()
                .identifier("agent-" + stream)
                .serverHost("127.0.0.1")
                .serverPort(broker.port())
                .buildBlocking();
        agent.connect();
        arrived = agent.publishes(MqttGlobalPublishFilter.ALL);
        agent.subscribeWith()
                .topicFilter(TOPICS.down(ATTIC))
                .qos(MqttQos.AT_LEAST_ONCE)
                .send();
        await().atMost(LIMIT)
                .until(() ->
                        said.stream().filter(line -> line.startsWith("open ")).count() == 4);
        await().atMost(LIMIT).until(() -> get(hub, "/readyz").statusCode() == 200);
    }

    @AfterEach
    void stop() {
        arrived.close();
        agent.disconnect();
        hub.close();
    }

    @Test
    void welcomesAnAgentAndAcknowledgesItsPackOnceItIsCommitted() throws Exception {
        // When
        send(new Hello(ATTIC, Optional.empty(), 42));

        // Then
        assertThat(next()).isEqualTo(new Welcome(ATTIC, 42, new Committed(Optional.empty(), 0, Optional.empty())));

        // When
        send(pack(1));

        // Then
        assertThat(next()).isEqualTo(ack(1));
        await().untilAsserted(() -> assertThat(RealKafka.events(kafka))
                .extracting(Stored::device, Stored::id)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("attic", stream + "/1/0")));
    }

    @Test
    void commitsAPackOnceHoweverOftenItComes() throws Exception {
        // When
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));
        send(pack(2));
        assertThat(next()).isEqualTo(ack(2));

        // Then
        await().until(() -> RealKafka.events(kafka).size() == 2);
        assertThat(Audit.run(kafka, _ -> {})).singleElement().satisfies(device -> {
            assertThat(device.isClean()).isTrue();
            assertThat(device.packs()).isEqualTo(2);
        });
    }

    @Test
    void keepsAPackThatCannotBeReadAmongTheDeadLettersAndGoesOn() throws Exception {
        // When
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));
        send(new Pack(ATTIC, stream, Optional.empty(), 2, OptionalLong.empty(), json("[{\"n\":\"air/te")));

        // Then
        assertThat(next()).isEqualTo(ack(2));
        send(pack(3));
        assertThat(next()).isEqualTo(ack(3));
        assertThat(said).anyMatch(line -> line.startsWith("dead letter pack 2 of stream " + stream));
        await().until(() -> RealKafka.events(kafka).size() == 2);
        assertThat(Audit.run(kafka, _ -> {})).singleElement().satisfies(device -> {
            assertThat(device.deadLetters()).isEqualTo(1);
            assertThat(device.isClean()).as("a dead letter is no gap").isTrue();
        });
    }

    @Test
    void takesAForeignMessageAndSaysThatItMayComeTwice() throws Exception {
        // Given
        await().atMost(LIMIT).until(() -> get(hub, "/readyz").body().contains("{\"name\":\"foreign\",\"ready\":true}"));

        // When
        agent.publishWith()
                .topic("tele/plug-3/SENSOR")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"AM2301\":{\"Temperature\":21.5}}".getBytes(StandardCharsets.UTF_8))
                .send();
        agent.publishWith()
                .topic("tele/plug-4/SENSOR")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("no JSON".getBytes(StandardCharsets.UTF_8))
                .send();

        // Then
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(RealKafka.events(kafka))
                        .singleElement()
                        .satisfies(stored -> {
                            assertThat(stored.device()).isEqualTo("plug-3");
                            assertThat(stored.delivery()).isEqualTo("at-least-once");
                            assertThat(new String(stored.value(), StandardCharsets.UTF_8))
                                    .contains("\"sensor\":\"climate\"", "\"temperature\":21.5");
                        }));
        await().atMost(LIMIT)
                .until(() -> said.stream().anyMatch(line -> line.startsWith("dead letter payload is not")));
    }

    @Test
    void showsWhatADeviceSaysOfItselfAndMeasures() throws Exception {
        // When
        agent.publishWith()
                .topic(TOPICS.state(ATTIC))
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload("{\"device\":\"attic\",\"state\":\"online\"}".getBytes(StandardCharsets.UTF_8))
                .send();
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));

        // Then
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(get(hub, "/api/v1/devices/attic").body())
                                .contains("\"state\":\"online\",\"record\":{\"device\":\"attic\","));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                get(hub, "/api/v1/devices/attic/latest").body())
                        .contains("\"id\":\"" + stream + "/1/0\"", "\"source\":\"/devices/attic/sensors/"));
    }

    @Test
    void showsMetricsAndHealth() throws Exception {
        // Given
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));

        // Then
        assertThat(get(hub, "/healthz").body()).isEqualTo("{\"status\":\"ok\"}\n");
        assertThat(get(hub, "/readyz").body()).startsWith("{\"ready\":true,");
        await().untilAsserted(() -> assertThat(get(hub, "/metrics").body())
                .contains(
                        "pinstream_hub_ingest_events_total 1.0",
                        "pinstream_hub_lanes 4.0",
                        "pinstream_hub_devices 1.0",
                        "pinstream_hub_broker_up{broker=\"tcp://127.0.0.1:" + broker.port() + "\"} 1.0"));
    }

    @Test
    void opensALaneAnewThatSomebodyFencedWithoutTakingItOver() throws Exception {
        // Given
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));

        // When
        KafkaLaneLog.open(kafka, Topics.bucket(ATTIC) % kafka.lanes(), TimeSource.system())
                .close();
        send(pack(2)); // the lane notices the fence

        // Then
        await().atMost(LIMIT)
                .until(() ->
                        said.stream().filter(line -> line.startsWith("open ")).count() == 5);
        await().atMost(LIMIT).until(() -> {
            send(pack(2)); // as an agent does
            return nextWithin(Duration.ofSeconds(1)).filter(ack(2)::equals).isPresent();
        });
        await().until(() -> RealKafka.events(kafka).size() == 2);
        assertThat(Audit.run(kafka, _ -> {})).allMatch(Audit.Device::isClean);
    }

    @Test
    void handsItsLanesToAnotherHubAndAgentsDoNotNotice() throws Exception {
        // Given
        send(pack(1));
        assertThat(next()).isEqualTo(ack(1));

        // When
        try (var other = hub(kafka)) {
            await().atMost(LIMIT)
                    .until(() -> said.stream()
                                    .filter(line -> line.startsWith("closed "))
                                    .count()
                            == 2);
            await().atMost(LIMIT).until(() -> get(other, "/readyz").statusCode() == 200);
            hub.close();
            await().atMost(LIMIT).until(() -> get(other, "/metrics").body().contains("pinstream_hub_lanes 4.0"));

            // Then
            await().atMost(LIMIT).until(() -> {
                send(pack(2));
                return nextWithin(Duration.ofSeconds(1)).filter(ack(2)::equals).isPresent();
            });
        }
        await().until(() -> RealKafka.events(kafka).size() == 2);
        assertThat(Audit.run(kafka, _ -> {})).allMatch(Audit.Device::isClean);
    }

    @Test
    void doesNotRunOnTopicsThatDoNotFit() throws Exception {
        // Given the same topics and another number of lanes
        var other = new KafkaSettings(
                kafka.bootstrapServers(), kafka.client(), kafka.prefix(), 8, 3, 0, Duration.ofDays(7));

        // When
        try (var wrong = hub(other)) {
            // Then
            assertThat(wrong.await())
                    .isInstanceOfSatisfying(
                            Hub.End.Unusable.class,
                            end -> assertThat(end.problems())
                                    .singleElement()
                                    .asString()
                                    .startsWith("topic " + kafka.marks() + " has 4 partitions, but kafka.lanes is 8"));
        }
    }

    private Hub hub(KafkaSettings settings) throws IOException {
        var tree = ConfigTree.parse("hub.yaml", """
                broker: {url: "tcp://127.0.0.1:%d"}
                web: {port: 0}
                foreign:
                  client-id: foreign-%s
                  mappings:
                    tasmota:
                      topic: tele/+/SENSOR
                      device: {level: 1}
                      sensor: climate
                      quantities: {temperature: {pointer: /AM2301/Temperature}}
                """.formatted(broker.port(), StreamId.random(new Random())));
        var read = HubConfig.read(tree).orElseThrow();
        var config = new HubConfig(
                read.broker(),
                read.lanes(),
                settings,
                read.foreign(),
                read.live(),
                read.history(),
                read.web(),
                read.outlets(),
                read.embedded());
        return Hub.start(config, TimeSource.system(), new HubWatch() {
            @Override
            public void laneOpened(int lane, int devices) {
                said.add("open " + lane);
            }

            @Override
            public void laneClosed(int lane, String reason) {
                said.add("closed " + lane);
            }

            @Override
            public void deadLetter(String topic, String reason) {
                said.add("dead letter " + reason);
            }
        });
    }

    private Pack pack(long sequence) {
        var event = Event.sample(
                new SensorId("air"),
                TimeSource.system().instant(),
                Quality.GOOD,
                List.of(Measurement.of(Quantity.COUNT, sequence)));
        return new Pack(
                ATTIC,
                stream,
                Optional.empty(),
                sequence,
                OptionalLong.empty(),
                SenmlCodec.encode(ATTIC, List.of(event), Payload.Format.CBOR));
    }

    private static Payload json(String text) {
        return new Payload(Payload.Format.JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    private Ack ack(long sequence) {
        return new Ack(ATTIC, new Committed(Optional.of(stream), sequence, Optional.of(stream)));
    }

    private void send(Message message) {
        var envelope = CODEC.encode(message);
        agent.publishWith()
                .topic(envelope.topic())
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(envelope.payload())
                .contentType(envelope.contentType().orElse(null))
                .userProperties(Mqtt5UserProperties.of(envelope.properties().entrySet().stream()
                        .map(entry -> Mqtt5UserProperty.of(entry.getKey(), entry.getValue()))
                        .toList()))
                .send();
    }

    private Message next() throws InterruptedException {
        return nextWithin(LIMIT).orElseThrow();
    }

    private Optional<Message> nextWithin(Duration limit) throws InterruptedException {
        return arrived.receive(limit.toMillis(), TimeUnit.MILLISECONDS).map(publish -> {
            var properties = new HashMap<String, String>();
            publish.getUserProperties()
                    .asList()
                    .forEach(one -> properties.put(
                            one.getName().toString(), one.getValue().toString()));
            var envelope = new Envelope(
                    publish.getTopic().toString(), Optional.empty(), properties, publish.getPayloadAsBytes());
            return ((MessageCodec.Decoded.Good) CODEC.decode(envelope)).message();
        });
    }

    private static HttpResponse<String> get(Hub of, String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.webPort() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
