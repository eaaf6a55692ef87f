package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.process.Program;
import io.pinstream.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What travels, as other people's programs see and send it: mosquitto_sub, mosquitto_pub and kcat.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WireIT {
    private static final String STREAM = "0123456789abcdef0123456789abcdef";
    private static final String NEXT_STREAM = "fedcba9876543210fedcba9876543210";
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    /// topic, content type, user properties, payload
    private static final String FORMAT = "%t|%C|%P|%p";

    @TempDir
    static Path temporary;

    private static Stage stage;
    private static Program hub;

    private final List<Program> boards = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        stage = new Stage(temporary);
        hub = stage.hub("");
        EveryLane.awaitListening(stage, hub);
    }

    @AfterAll
    static void end() {
        stage.close();
    }

    /// Also when its test has failed: kcat may not come to the end of a topic that is written all the time.
    @AfterEach
    void endBoards() {
        boards.forEach(Program::close);
    }

    @Test
    void aDeviceSaysWhatItIsAndThatItIsGone() throws Exception {
        // Given
        var topic = TOPICS.state(new DeviceId("speaking"));
        var board = board("speaking", "sensors: {air: {type: bme280, every: 100ms}}", temporary.resolve("j1"));

        // Then
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(retained(topic))
                        .contains("\"state\":\"online\"")
                        .contains("\"device\":\"speaking\"")
                        .contains("\"air\":{\"type\":\"bme280\",\"every\":0.1")
                        .contains("\"temperature\":\"Cel\"")
                        .contains("\"figures\":{"));
        awaitDevice("speaking", "\"hello\":\"20", "\"state\":{", "\"state\":\"online\"");

        // When
        board.kill();

        // Then its last will speaks for it
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(retained(topic)).contains("\"state\":\"offline\""));
        awaitDevice("speaking", "\"state\":\"offline\"");

        // When
        var again = board("speaking", "sensors: {air: {type: bme280, every: 100ms}}", temporary.resolve("j2"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(retained(topic)).contains("\"state\":\"online\""));
        awaitDevice("speaking", "\"state\":\"online\"");
        again.stop();

        // Then it has said so itself
        assertThat(retained(topic)).contains("\"state\":\"offline\"");
        awaitDevice("speaking", "\"state\":\"offline\"");
    }

    @Test
    void packsAreSenmlThatAnyToolReads() throws Exception {
        // Given
        var device = new DeviceId("readable");
        var packs = subscribe(TOPICS.up(device));

        // When
        var board = board(
                "readable",
                "packs: {format: json}\nsensors: {air: {type: bme280, every: 100ms}}",
                temporary.resolve("j3"));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(packs.output()).contains("senml+json"));
        board.stop();

        // Then
        var first = packs.output()
                .lines()
                .filter(line -> line.contains("|application/senml+json|"))
                .findFirst();
        assertThat(first.orElseThrow())
                .startsWith("pinstream/v1/up/%02x/readable|".formatted(Topics.bucket(device)))
                .contains("stream:")
                .contains("seq:1")
                .contains("[{\"bn\":\"readable/\",\"bt\":")
                .contains("\"n\":\"air/temperature\",\"u\":\"Cel\",\"v\":");
    }

    @Test
    void eventsAreCloudEventsWithAFlatValue() throws Exception {
        // Given
        var device = "cloudy";
        var down = subscribe(TOPICS.down(new DeviceId(device)));
        pack(device, STREAM, 1, List.of(), senml(device, 1_795_409_000.123, 21.43));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(down.output()).contains("seq:1"));

        // When
        var lines = new ArrayList<String>();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            lines.clear();
            lines.addAll(stage.kafka(Stage.EVENTS, "%k %T %h %s\\n").stream()
                    .filter(line -> line.startsWith(device + " "))
                    .toList());
            assertThat(lines).hasSize(1);
        });

        // Then
        assertThat(lines.getFirst())
                .startsWith("cloudy 1795409000123 ")
                .contains("ce_specversion=1.0")
                .contains("ce_id=" + STREAM + "/1/0")
                .contains("ce_source=/devices/cloudy/sensors/air")
                .contains("ce_type=io.pinstream.sample.v1")
                .contains("ce_time=" + Instant.ofEpochMilli(1_795_409_000_123L))
                .contains("content-type=application/json")
                .endsWith("{\"device\":\"cloudy\",\"sensor\":\"air\",\"time\":\""
                        + Instant.ofEpochMilli(1_795_409_000_123L)
                        + "\",\"quality\":\"good\",\"temperature\":21.43}");
    }

    @Test
    void anAgentByHandIsAnsweredAsTheProtocolSays() throws Exception {
        var device = "by-hand";
        var down = subscribe(TOPICS.down(new DeviceId(device)));

        // A question is answered with its nonce, and with nothing committed
        hello(device, "00000000000000aa", List.of());
        says(down, "message:welcome", "nonce:00000000000000aa", "seq:0");

        // The first pack, and once more
        pack(device, STREAM, 1, List.of(), senml(device, 1_795_409_001, 1));
        says(down, "message:ack", "seq:1", "stream:" + STREAM, "current:" + STREAM);
        pack(device, STREAM, 1, List.of(), senml(device, 1_795_409_001, 1));
        awaitAnswers(down, 3);

        // One that leaves a gap is not taken
        pack(device, STREAM, 3, List.of(), senml(device, 1_795_409_003, 3));
        awaitAnswers(down, 4);
        assertThat(answers(down)).allMatch(line -> line.endsWith("|"));
        assertThat(answers(down).getLast())
                .contains("message:ack", "stream:" + STREAM, "current:" + STREAM)
                .containsPattern("seq:1\\b");

        // A range that was dropped, and then the next
        pack(device, STREAM, 2, List.of("through", "5"), dropped(device));
        says(down, "message:ack", "seq:5");
        pack(device, STREAM, 6, List.of(), senml(device, 1_795_409_006, 6));
        says(down, "seq:6");

        // A new stream behind this one; the old one is over
        pack(device, NEXT_STREAM, 1, List.of("supersedes", STREAM), senml(device, 1_795_409_007, 7));
        says(down, "seq:1", "stream:" + NEXT_STREAM, "current:" + NEXT_STREAM);
        pack(device, STREAM, 7, List.of(), senml(device, 1_795_409_008, 8));
        says(down, "seq:6", "stream:" + STREAM, "current:" + NEXT_STREAM);

        // A question about the new one
        hello(device, "00000000000000bb", List.of("stream", NEXT_STREAM));
        says(down, "message:welcome", "nonce:00000000000000bb", "seq:1", "current:" + NEXT_STREAM);

        // Kafka has each once
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Committed.of(stage, device))
                        .extracting(Committed::id)
                        .containsExactly(STREAM + "/1/0", STREAM + "/2-5/0", STREAM + "/6/0", NEXT_STREAM + "/1/0"));
        assertThat(stage.kafka(Stage.EVENTS, "%k %h %s\\n"))
                .filteredOn(line -> line.startsWith(device + " ") && line.contains(STREAM + "/2-5/0"))
                .singleElement()
                .asString()
                .contains("ce_type=io.pinstream.dropped.v1", "\"first_sequence\":2,\"last_sequence\":5");
        assertThat(last("pinstream.marks", device))
                .isEqualTo("{\"streams\":[{\"stream\":\"%s\",\"sequence\":1},{\"stream\":\"%s\",\"sequence\":6}]}"
                        .formatted(NEXT_STREAM, STREAM));
        assertThat(last("pinstream.devices", device))
                .startsWith("{\"device\":\"by-hand\",\"hello\":\"20")
                .endsWith("\",\"stream\":\"" + NEXT_STREAM + "\"}");
        assertThat(stage.audit()).contains("\"clean\":true");
        assertThat(hub.output()).doesNotContain("Exception");
    }

    private Program board(String device, String yaml, Path journal) throws Exception {
        var board = stage.board(device, yaml, journal);
        boards.add(board);
        return board;
    }

    private static void hello(String device, String nonce, List<String> more) throws Exception {
        var properties = new ArrayList<>(List.of("message", "hello", "nonce", nonce));
        properties.addAll(more);
        publish(TOPICS.up(new DeviceId(device)), "", properties, "");
    }

    static void pack(String device, String stream, long sequence, List<String> more, String payload) throws Exception {
        var properties = new ArrayList<>(List.of("stream", stream, "seq", "" + sequence));
        properties.addAll(more);
        publish(TOPICS.up(new DeviceId(device)), "application/senml+json", properties, payload);
    }

    private static void publish(String topic, String contentType, List<String> properties, String payload)
            throws Exception {
        var command = new ArrayList<>(
                List.of("mosquitto_pub", "-V", "mqttv5", "-p", "" + stage.mqttPort, "-q", "1", "-t", topic));
        if (!contentType.isEmpty()) {
            command.addAll(List.of("-D", "publish", "content-type", contentType));
        }
        for (int i = 0; i < properties.size(); i += 2) {
            command.addAll(List.of("-D", "publish", "user-property", properties.get(i), properties.get(i + 1)));
        }
        command.add(payload.isEmpty() ? "-n" : "-s");
        var ignored = stage.feed(payload.getBytes(UTF_8), command.toArray(String[]::new));
    }

    private static String senml(String device, double time, double celsius) {
        return "[{\"bn\":\"%s/\",\"bt\":%.3f,\"n\":\"air/temperature\",\"u\":\"Cel\",\"v\":%s}]"
                .formatted(device, time, celsius);
    }

    private static String dropped(String device) {
        return "[{\"bn\":\"%s/\",\"bt\":1795409005,\"n\":\"outbox/events\",\"u\":\"count\",\"v\":4,\"e\":\"dropped\"}]"
                .formatted(device);
    }

    private static Program subscribe(String topic) throws Exception {
        var program = stage.client(
                "sub",
                "mosquitto_sub",
                "-V",
                "mqttv5",
                "-p",
                "" + stage.mqttPort,
                "-q",
                "1",
                "-t",
                topic,
                "-F",
                FORMAT);
        // It says nothing when it has subscribed; a message to itself shows that it has.
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            publish(topic, "text/plain", List.of(), "listening?");
            assertThat(program.output()).contains("listening?");
        });
        return program;
    }

    /// What a compacted topic says of a device.
    private static String last(String topic, String device) throws Exception {
        return stage.kafka(topic, "%k %s\\n").stream()
                .filter(line -> line.startsWith(device + " "))
                .map(line -> line.substring(device.length() + 1))
                .reduce("", (_, newer) -> newer);
    }

    private static void awaitDevice(String device, String... parts) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(last("pinstream.devices", device)).contains(parts));
    }

    private static String retained(String topic) throws Exception {
        return stage.run("mosquitto_sub", "-V", "mqttv5", "-p", "" + stage.mqttPort, "-t", topic, "-C", "1", "-W", "5");
    }

    private static void says(Program down, String... parts) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(answers(down))
                        .anySatisfy(line -> assertThat(line).contains(parts)));
    }

    private static void awaitAnswers(Program down, int count) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(answers(down)).hasSizeGreaterThanOrEqualTo(count));
    }

    private static List<String> answers(Program down) {
        return down.output()
                .lines()
                .filter(Pattern.compile("message:(ack|welcome)").asPredicate())
                .toList();
    }
}
