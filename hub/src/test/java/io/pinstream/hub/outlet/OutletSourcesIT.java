package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.pinstream.event.DeviceId;
import io.pinstream.hub.log.KafkaLaneLog;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Outlets of dead letters and of devices, on a real Kafka; what arrives is read by the CloudEvents SDK.
class OutletSourcesIT {
    private Line line;
    private WebhookStub hook;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
        hook = new WebhookStub();
    }

    @AfterEach
    void stop() {
        line.close();
        hook.close();
    }

    private String yaml(String name, String from) {
        return """
                outlets:
                  %s:
                    type: http
                    from: %s
                    retry: {first: 10ms, longest: 100ms}
                    to: {url: "%s"}
                """.formatted(name, from, hook.url());
    }

    private static String data(CloudEvent event) {
        return new String(event.getData().toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void tellsWhatWentToTheDeadLettersButNeverOfItsOwn() throws Exception {
        // Given
        line.write("attic", 2);
        hook.answer(_ -> 422);
        var burying = line.hub(yaml("burying", "events"));
        await().atMost(Line.LIMIT).until(() -> burying.list().getFirst().dead() == 2);

        // When
        var alarm = line.hub(yaml("alarm", "dead-letters"));
        await().atMost(Line.LIMIT).until(() -> alarm.list().getFirst().dead() == 2);
        hook.answer(events -> events.getFirst().getType().startsWith("io.pinstream.dead") ? 204 : 422);
        line.write("attic", 1);

        // Then
        await().atMost(Line.LIMIT).until(() -> hook.taken.stream().anyMatch(OutletSourcesIT::isAtticsThird));
        var letter = hook.taken.stream()
                .filter(OutletSourcesIT::isAtticsThird)
                .findFirst()
                .orElseThrow();
        assertThat(letter.getType()).isEqualTo("io.pinstream.dead-letter.v1");
        assertThat(letter.getSource()).hasToString("/dead-letters");
        assertThat(data(letter)).contains("\"key\":\"attic\"", "outlet burying: ", "answered 422");
        await().atMost(Line.LIMIT).until(() -> alarm.list().getFirst().lag() == 0);
        assertThat(alarm.list().getFirst().dead())
                .as("it reads no letter of its own")
                .isEqualTo(2);
    }

    private static boolean isAtticsThird(CloudEvent event) {
        var text = data(event);
        int begin = text.indexOf("\"payload_base64\":\"") + 18;
        return begin > 17
                && new String(Base64.getDecoder().decode(text.substring(begin, text.indexOf('"', begin))))
                        .contains("\"temperature\":2.0");
    }

    @Test
    void tellsEachChangeOfADevice() throws Exception {
        // Given
        try (var log = KafkaLaneLog.open(line.kafka, 0, TimeSource.system())) {
            log.device(new DeviceId("attic"), "{\"state\":\"online\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);

            // When
            line.hub(yaml("presence", "devices"));
            log.device(new DeviceId("attic"), "{\"state\":\"offline\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
        }

        // Then
        await().atMost(Line.LIMIT).until(() -> hook.taken.size() == 2);
        assertThat(hook.taken)
                .extracting(OutletSourcesIT::data)
                .containsExactly("{\"state\":\"online\"}", "{\"state\":\"offline\"}");
        var event = hook.taken.getFirst();
        assertThat(event.getType()).isEqualTo("io.pinstream.device.v1");
        assertThat(event.getSource()).hasToString("/devices/attic");
        assertThat(hook.ids()).doesNotHaveDuplicates();
    }
}
