package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.JedisPubSub;

/// Each outlet through fifty faults that a seed draws, with the real servers. (The clouds, of which there are
/// stand-ins only, are in the simulators' tests.)
class OutletChaosIT {
    private Line line;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
    }

    @AfterEach
    void stop() {
        line.close();
    }

    @Test
    void keepsEveryEventInStreamsOfRedis() throws Exception {
        try (var redis = new RedisServer();
                var relay = new Relay(redis.port())) {
            var yaml = """
                    outlets:
                      plain:
                        type: redis
                        retry: {first: 5ms, longest: 100ms}
                        to: {url: "redis://127.0.0.1:%1$d", password: geheim, mode: stream, channel: "plain.{device}"}
                      once:
                        type: redis
                        retry: {first: 5ms, longest: 100ms}
                        to: {url: "redis://127.0.0.1:%1$d", password: geheim, mode: stream, channel: "once.{device}",
                             deduplicate: true}
                    """.formatted(relay.port());

            new Chaos(line, redis, relay, 5, 1, yaml)
                    .run(Map.of("plain", () -> redis.ids("plain.*"), "once", () -> redis.ids("once.*")));

            var first = new HashMap<String, Map<String, String>>();
            for (var entry : redis.entries("*.*")) {
                var fields = entry.getFields();
                assertThat(fields).isEqualTo(first.computeIfAbsent(fields.get("ce_id"), _ -> fields));
            }
            assertThat(redis.ids("once.*")).doesNotHaveDuplicates();
        }
    }

    /// Redis and its listener stay: Pub/Sub keeps nothing for who is away.
    @Test
    void letsAListenerOfRedisHearEveryEventWhileOnlyTheOutletsConnectionBreaks() throws Exception {
        try (var redis = new RedisServer();
                var relay = new Relay(redis.port())) {
            var heard = new CopyOnWriteArrayList<String>();
            var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
            var listener = new JedisPubSub() {
                @Override
                public void onPMessage(String pattern, String channel, String message) {
                    heard.add(format.deserialize(message.getBytes(StandardCharsets.UTF_8))
                            .getId());
                }
            };
            var thread = Thread.ofVirtual().start(() -> {
                try (var client = redis.client()) {
                    client.psubscribe(listener, "pinstream.*");
                }
            });
            await().atMost(Line.LIMIT).until(listener::isSubscribed);
            var yaml = """
                    outlets:
                      channels:
                        type: redis
                        retry: {first: 5ms, longest: 100ms}
                        to: {url: "redis://127.0.0.1:%d", password: geheim}
                    """.formatted(relay.port());

            new Chaos(line, redis, relay, 0, 0, yaml).run(Map.of("channels", () -> List.copyOf(heard)));

            listener.punsubscribe();
            thread.join();
        }
    }

    @Test
    void keepsEveryEventInQuorumQueuesOfRabbitMq() throws Exception {
        var rabbit = RabbitServer.shared();
        try (var relay = new Relay(rabbit.port())) {
            var yaml = """
                    outlets:
                      strict:
                        type: rabbitmq
                        retry: {first: 5ms, longest: 100ms}
                        to: {url: "amqp://127.0.0.1:%1$d", exchange: chaos-strict, queue: chaos-strict}
                      loose:
                        type: rabbitmq
                        retry: {first: 5ms, longest: 100ms}
                        to: {url: "amqp://127.0.0.1:%1$d", exchange: chaos-loose, queue: chaos-loose,
                             strict-order: false}
                    """.formatted(relay.port());
            var strict = new ArrayList<RabbitServer.Message>();
            var loose = new ArrayList<RabbitServer.Message>();

            new Chaos(line, rabbit, relay, 1, 0, yaml)
                    .run(Map.of(
                            "strict", () -> taken(rabbit, "chaos-strict", strict),
                            "loose", () -> taken(rabbit, "chaos-loose", loose)));

            var first = new HashMap<String, String>();
            strict.addAll(loose);
            for (var message : strict) {
                var text = new String(message.body(), StandardCharsets.UTF_8);
                assertThat(text).isEqualTo(first.computeIfAbsent(message.id(), _ -> text));
            }
        }
    }

    /// A queue gives a message once: what was taken before counts with it.
    private static List<String> taken(RabbitServer rabbit, String queue, List<RabbitServer.Message> before) {
        before.addAll(rabbit.take(queue));
        return before.stream().map(RabbitServer.Message::id).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "batch, events: 7"})
    void postsEveryEventToAWebhook(String format) throws Exception {
        try (var hook = new WebhookStub();
                var relay = new Relay(hook.port())) {
            var yaml = """
                    outlets:
                      hook:
                        type: http
                        retry: {first: 5ms, longest: 100ms}
                        to: {url: "http://127.0.0.1:%d/hook", format: %s}
                    """.formatted(relay.port(), format);

            new Chaos(line, hook, relay, 0, 1, yaml).run(Map.of("hook", hook::ids));

            var first = new HashMap<String, Object>();
            hook.taken.forEach(
                    event -> assertThat((Object) event).isEqualTo(first.computeIfAbsent(event.getId(), _ -> event)));
        }
    }

    @Test
    void keepsEveryEventInAnotherKafka() throws Exception {
        int port = Ports.free();
        try (var relay = new Relay(port);
                var kafka = new KafkaServer(listeners(port, relay))) {
            kafka.topic("mirror", 3);
            var yaml = """
                    outlets:
                      mirror:
                        type: kafka
                        retry: {first: 5ms, longest: 100ms}
                        to:
                          bootstrap-servers: "127.0.0.1:%d"
                          topic: mirror
                          client: {reconnect.backoff.ms: "10", reconnect.backoff.max.ms: "100"}
                    """.formatted(relay.port());

            new Chaos(line, kafka, relay, 1, 0, yaml)
                    .run(Map.of(
                            "mirror",
                            () -> kafka.records("mirror").stream()
                                    .map(record -> record.value().getId())
                                    .toList()));

            var first = new HashMap<String, Object>();
            kafka.records("mirror")
                    .forEach(record -> assertThat((Object) record.value())
                            .isEqualTo(first.computeIfAbsent(record.value().getId(), _ -> record.value())));
        }
    }

    /// A listener for the test, and one that says to clients that it is where the relay is.
    private static Map<String, String> listeners(int port, Relay relay) throws Exception {
        int controller = Ports.free();
        return Map.of(
                "broker.session.timeout.ms", // a node that was killed waits for the end of its last session
                "1500",
                "listeners",
                "CUT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,PLAINTEXT://127.0.0.1:{port}".formatted(port, controller),
                "advertised.listeners",
                "CUT://127.0.0.1:%d,PLAINTEXT://127.0.0.1:{port}".formatted(relay.port()),
                "controller.quorum.voters",
                "1@127.0.0.1:" + controller,
                "listener.security.protocol.map",
                "CUT:PLAINTEXT,CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    }
}
