package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.outlet.OutletStatus.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// RabbitMQ as a target: the real server.
class RabbitOutletIT {
    private static RabbitServer rabbit;

    private Line line;

    @BeforeAll
    static void startRabbit() throws Exception {
        rabbit = RabbitServer.shared();
    }

    @BeforeEach
    void start() throws Exception {
        line = new Line();
    }

    @AfterEach
    void stop() {
        line.close();
    }

    private static String yaml(String exchange, String more) {
        return """
                outlets:
                  rabbit:
                    type: rabbitmq
                    retry: {first: 50ms, longest: 500ms}
                    to: {url: "amqp://127.0.0.1:%d", exchange: %s%s}
                """.formatted(rabbit.port(), exchange, more);
    }

    private static void awaitError(Outlets hub, String... parts) {
        await().atMost(Line.LIMIT)
                .untilAsserted(() -> assertThat(hub.list().getFirst().error()).contains(parts));
        assertThat(hub.list().getFirst().state()).isEqualTo(State.RETRYING);
    }

    private static void awaitDone(Outlets hub, long sent) {
        await().atMost(Line.LIMIT)
                .until(() -> hub.list().getFirst().sent() == sent
                        && hub.list().getFirst().lag() == 0
                        && hub.list().getFirst().state() == State.RUNNING);
    }

    @Test
    void sendsCloudEventsToAQuorumQueueOnceItIsNoLongerShortOfMemory() throws Exception {
        // Given
        var hub = line.hub(yaml("sensors", ", queue: kept, binding: \"*.air\""));
        line.write("attic", 100);
        line.write("garage.7", 10);
        awaitDone(hub, 110);

        // When the broker is short of memory
        rabbit.control("set_vm_memory_high_watermark", "0");
        try {
            line.write("attic", 20);
            awaitError(hub, "takes nothing for now", "memory");
        } finally {
            rabbit.control("set_vm_memory_high_watermark", "0.4");
        }

        // Then
        awaitDone(hub, 130);
        var messages = rabbit.take("kept");
        line.assertComplete(messages.stream().map(RabbitServer.Message::id).toList());
        var first = messages.getFirst();
        var event = read(first);
        assertThat(event.getId()).isEqualTo(first.id());
        assertThat(event.getSource()).hasToString("/devices/attic/sensors/air");
        assertThat(event.getType()).isEqualTo("io.pinstream.sample.v1");
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        assertThat(new String(event.getData().toBytes(), StandardCharsets.UTF_8))
                .contains("\"temperature\":0.0");
        assertThat(first.properties().getDeliveryMode()).isEqualTo(2);
    }

    /// CloudEvents AMQP binding: the content type is a property of its own.
    private static CloudEvent read(RabbitServer.Message message) {
        var headers = new HashMap<>(message.properties().getHeaders());
        headers.put("content-type", message.properties().getContentType());
        return BinaryMode.read("cloudEvents:", headers, message.body());
    }

    @Test
    void buriesWhatNoQueueWants() throws Exception {
        line.write("attic", 30);

        var hub = line.hub(yaml("nobody", ""));

        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().dead() == 30);
        var letters = new DeadLetters(line.kafka).page(Optional.empty(), 1).letters();
        assertThat(letters.getFirst().reason()).contains("no queue takes the routing key", "312 NO_ROUTE");
    }

    @Test
    void saysThatThePasswordIsWrong() {
        line.write("attic", 1);

        var hub = line.hub(yaml("sensors", ", username: guest, password: falsch"));

        awaitError(hub, "refuses the user \"guest\" or its password");
        assertThat(hub.list().getFirst().error()).doesNotContain("falsch");
    }

    @Test
    void makesNothingWhereItIsOnlyToCheckAndGoesOnWhenItIsThere() throws Exception {
        // Given
        line.write("attic", 10);
        var hub = line.hub(yaml("made-by-hand", ", queue: made-by-hand, topology: check"));

        try (var connection = rabbit.connect();
                var channel = connection.createChannel()) {
            // When
            awaitError(hub, "no exchange 'made-by-hand'");
            channel.exchangeDeclare("made-by-hand", "topic", true);

            // Then
            awaitError(hub, "no queue 'made-by-hand'");
            channel.queueDeclare("made-by-hand", true, false, false, Map.of());
            channel.queueBind("made-by-hand", "made-by-hand", "#");
        }
        awaitDone(hub, 10);
        assertThat(rabbit.take("made-by-hand")).hasSize(10);
    }

    @Test
    void saysWhatIsDifferentFromWhatItIsToMake() throws Exception {
        try (var connection = rabbit.connect();
                var channel = connection.createChannel()) {
            channel.exchangeDeclare("other-type", "fanout", true);
        }
        line.write("attic", 1);

        var hub = line.hub(yaml("other-type", ""));

        awaitError(hub, "PRECONDITION_FAILED", "'topic'", "'fanout'");
    }

    /// A queue that is full refuses (`nack`): what is refused comes again, and nothing overtakes it.
    @Test
    void waitsForASlowConsumerOfAFullQueue() throws Exception {
        // Given
        try (var connection = rabbit.connect();
                var channel = connection.createChannel()) {
            channel.exchangeDeclare("slow", "topic", true);
            channel.queueDeclare(
                    "slow",
                    true,
                    false,
                    false,
                    Map.of("x-queue-type", "quorum", "x-max-length", 3, "x-overflow", "reject-publish"));
            channel.queueBind("slow", "slow", "#");
        }

        // When
        var hub = line.hub(yaml("slow", ", topology: check"));
        line.write("attic", 20);
        line.write("cellar", 20);

        // Then
        awaitError(hub, "refuses a message for now (nack)");
        var ids = new ArrayList<String>();
        await().atMost(Line.LIMIT).until(() -> {
            rabbit.take("slow").forEach(message -> ids.add(message.id()));
            return line.isComplete(ids);
        });
        line.assertComplete(ids);
        awaitDone(hub, 40);
        assertThat(hub.list().getFirst().repeated()).isPositive();
    }

    @Test
    void encryptsAndProvesWhoItIs() {
        // Given
        line.write("attic", 20);
        var authority = rabbit.authority();

        // When
        var hub = line.hub(encrypted("localhost", authority.yaml(true)));

        // Then
        awaitDone(hub, 20);
        line.assertComplete(
                rabbit.take("encrypted").stream().map(RabbitServer.Message::id).toList());
        hub.close();

        // And what is refused says so
        for (var refused : List.of(
                List.of("localhost", authority.yaml(false), "certificate"),
                List.of("localhost", "{}", "unable to find valid certification path"),
                List.of("127.0.0.2", authority.yaml(true), "127.0.0.2"))) {
            line.write("attic", 1);
            var other = line.hub(encrypted(refused.get(0), refused.get(1)));
            awaitError(other, refused.get(2));
            other.close();
        }
    }

    private static String encrypted(String host, String tls) {
        return """
                outlets:
                  rabbit:
                    type: rabbitmq
                    retry: {first: 50ms, longest: 500ms}
                    to: {url: "amqps://%s:%d", exchange: encrypted, queue: encrypted, tls: %s}
                """.formatted(host, rabbit.tlsPort(), tls);
    }
}
