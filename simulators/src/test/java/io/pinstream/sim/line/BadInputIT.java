package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.process.Program;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What bad input gets: a dead letter with a reason, an acknowledgement where a stream must go on, and never an
/// exception in the log.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BadInputIT {
    private static final String STREAM = "0123456789abcdef0123456789abcdef";
    private static final String DEVICE = "clumsy";
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final String UP = TOPICS.up(new DeviceId(DEVICE));
    private static final String JSON = "application/senml+json";
    private static final String CBOR = "application/senml+cbor";

    /// A pack whose header is valid and whose payload is not, and what the reason must say.
    private record Payload(String what, String contentType, byte[] bytes, String reason) {}

    /// A message whose header is not valid.
    private record Header(String what, String topic, String contentType, List<String> properties, String reason) {}

    @TempDir
    static Path temporary;

    private static Stage stage;
    private static Program hub;

    @BeforeAll
    static void start() throws IOException {
        stage = new Stage(temporary);
        hub = stage.hub("");
        hub.awaitOutput("lane is open lane=3");
    }

    @AfterAll
    static void end() {
        stage.close();
    }

    @Test
    void aBadPayloadIsADeadLetterAndTheStreamGoesOn() throws Exception {
        // Given
        var payloads = List.of(
                text("torn JSON", "[{\"n\":\"clumsy/air/te", "JSON"),
                text("no array", "{\"n\":\"clumsy/air/temperature\"}", "array"),
                text("empty array", "[]", "no"),
                text("a value that is too large", record("\"v\":1e999"), "finite"),
                text("NaN", record("\"v\":NaN"), "JSON"),
                text("another unit", record("\"u\":\"K\",\"v\":1"), "Cel"),
                text("one quantity twice", two("air/temperature", "air/temperature"), "twice"),
                text(
                        "another device",
                        "[{\"bn\":\"neat/\",\"n\":\"air/temperature\",\"t\":1795409000,\"v\":1}]",
                        "clumsy"),
                text("a label that must be understood", record("\"v\":1,\"x_\":2"), "x_"),
                text("no base name", "[{\"n\":\"clumsy/air/temperature\",\"t\":1795409000,\"v\":1}]", "bn is missing"),
                text("a name without a quantity", named("air"), "air"),
                text("a reserved name", named("air/device"), "device"),
                text("no value", record("\"u\":\"Cel\""), "one of v, vb, vs"),
                text("too deep", record("\"v\":1,\"x\":[[[[[[[[1]]]]]]]]"), "deep"),
                new Payload("too many records", JSON, many(10_001), "10000"),
                new Payload("no CBOR", CBOR, new byte[] {(byte) 0x9f, 1, 2, 3}, "CBOR"),
                new Payload(
                        "a CBOR array that says it has 2^31 entries",
                        CBOR,
                        new byte[] {(byte) 0x9a, 127, -1, -1, -1},
                        ""),
                new Payload("empty", CBOR, new byte[0], ""));
        var down = stage.client(
                "down",
                "mosquitto_sub",
                "-V",
                "mqttv5",
                "-p",
                "" + stage.mqttPort,
                "-q",
                "1",
                "-t",
                TOPICS.down(new DeviceId(DEVICE)),
                "-F",
                "%P.");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            send(UP, JSON, List.of("message", "hello", "nonce", "00000000000000aa"), new byte[0]);
            assertThat(down.output()).contains("message:welcome");
        });

        // When
        int sequence = 0;
        for (var payload : payloads) {
            send(UP, payload.contentType, pack(++sequence), payload.bytes);
        }
        send(UP, JSON, pack(++sequence), good());
        int last = sequence;

        // Then every one is acknowledged, because the good one behind them is
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(down.output()).containsPattern("seq:%d[ .]".formatted(last)));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(letters(DEVICE)).hasSizeGreaterThanOrEqualTo(payloads.size()));
        var letters = letters(DEVICE);
        for (int i = 0; i < payloads.size(); i++) {
            var payload = payloads.get(i);
            int number = i + 1;
            var mark = "pack=%s/%d-%d|".formatted(STREAM, number, number);
            var own = letters.stream().filter(letter -> letter.contains(mark)).toList();
            assertThat(own)
                    .as("%s: dead letters of pack %d", payload.what, number)
                    .hasSize(1);
            assertThat(own.getFirst())
                    .as(payload.what)
                    .contains("reason=pack %d of stream %s".formatted(number, STREAM))
                    .containsIgnoringCase(payload.reason)
                    .contains("|%d|".formatted(payload.bytes.length));
        }
        assertThat(Committed.of(stage, DEVICE)).extracting(Committed::id).containsExactly(STREAM + "/" + last + "/0");
        assertThat(stage.audit()).contains("\"clean\":true");
        assertHarmless();
    }

    @Test
    void aBadHeaderIsADeadLetterAndNoStreamIsTouched() throws Exception {
        // Given
        var headers = List.of(
                new Header("no properties", UP, JSON, List.of(), "stream"),
                new Header("no sequence", UP, JSON, List.of("stream", STREAM), "seq"),
                new Header("sequence 0", UP, JSON, pack("0"), "seq"),
                new Header("a negative sequence", UP, JSON, pack("-1"), "seq"),
                new Header("no number", UP, JSON, pack("one"), "seq"),
                new Header("beyond what a double holds", UP, JSON, pack("9007199254740994"), "seq"),
                new Header("no stream id", UP, JSON, List.of("stream", "xyz", "seq", "1"), "stream"),
                new Header(
                        "upper case",
                        UP,
                        JSON,
                        List.of("stream", STREAM.toUpperCase(Locale.ROOT), "seq", "1"),
                        "stream"),
                new Header(
                        "garbage superseded",
                        UP,
                        JSON,
                        List.of("stream", STREAM, "seq", "1", "supersedes", "?"),
                        "supersedes"),
                new Header(
                        "through below seq",
                        UP,
                        JSON,
                        List.of("stream", STREAM, "seq", "5", "through", "4"),
                        "through"),
                new Header("no content type", UP, "", pack("1"), "content type"),
                new Header("another content type", UP, "text/html", pack("1"), "content type"),
                new Header("another message", UP, "", List.of("message", "shout"), "shout"),
                new Header("hello without a nonce", UP, "", List.of("message", "hello"), "nonce"),
                new Header(
                        "wrong bucket",
                        "pinstream/v1/up/%02x/%s".formatted((Topics.bucket(new DeviceId(DEVICE)) + 1) % 256, DEVICE),
                        JSON,
                        pack("1"),
                        ""),
                new Header("no bucket", "pinstream/v1/up/zz/" + DEVICE, JSON, pack("1"), ""),
                new Header("no device id", "pinstream/v1/up/00/.hidden", JSON, pack("1"), ""),
                new Header("a device id with a space", "pinstream/v1/up/00/a b", JSON, pack("1"), ""));

        // When
        for (var header : headers) {
            send(header.topic, header.contentType, header.properties, ("[\"" + header.what + "\"]").getBytes(UTF_8));
        }

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var all = all();
            for (var header : headers) {
                var own = all.stream()
                        .filter(letter -> letter.endsWith("|[\"" + header.what + "\"]"))
                        .toList();
                assertThat(own).as(header.what).hasSize(1);
                assertThat(own.getFirst())
                        .as(header.what)
                        .contains("reason=")
                        .containsIgnoringCase(header.reason)
                        .doesNotContain("pack=");
            }
        });
        assertHarmless();
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
        // Given
        var device = new DeviceId("heavy");
        var bytes = new byte[300 * 1024];
        Arrays.fill(bytes, (byte) '[');

        // When
        send(TOPICS.up(device), JSON, List.of("stream", STREAM, "seq", "1"), bytes);
        send(TOPICS.up(device), JSON, List.of("stream", STREAM, "seq", "2"), good("heavy"));

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(letters("heavy"))
                        .singleElement()
                        .asString()
                        .contains("307200")
                        .contains("262144"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Committed.of(stage, "heavy"))
                        .extracting(Committed::id)
                        .containsExactly(STREAM + "/2/0"));
        assertHarmless();
    }

    /// Headers, size and beginning of every dead letter of a key.
    private static List<String> letters(String key) throws Exception {
        return stage.kafka(Stage.DEAD_LETTERS, "%k|%h|%S|\\n").stream()
                .filter(line -> line.startsWith(key + "|"))
                .toList();
    }

    private static List<String> all() throws Exception {
        return stage.kafka(Stage.DEAD_LETTERS, "%k|%h|%S|%s\\n");
    }

    private static void assertHarmless() {
        assertThat(hub.isAlive()).isTrue();
        assertThat(hub.output())
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("lane is closed");
    }

    private static List<String> pack(int sequence) {
        return pack("" + sequence);
    }

    private static List<String> pack(String sequence) {
        return List.of("stream", STREAM, "seq", sequence);
    }

    private static Payload text(String what, String json, String reason) {
        return new Payload(what, JSON, json.getBytes(UTF_8), reason);
    }

    private static String record(String rest) {
        return "[{\"bn\":\"clumsy/\",\"bt\":1795409000,\"n\":\"air/temperature\",%s}]".formatted(rest);
    }

    private static String named(String name) {
        return "[{\"bn\":\"clumsy/\",\"bt\":1795409000,\"n\":\"%s\",\"u\":\"Cel\",\"v\":1}]".formatted(name);
    }

    private static String two(String one, String other) {
        return "[{\"bn\":\"clumsy/\",\"bt\":1795409000,\"bu\":\"Cel\",\"n\":\"%s\",\"v\":1},{\"n\":\"%s\",\"v\":2}]"
                .formatted(one, other);
    }

    private static byte[] many(int records) {
        var json = new StringBuilder("[{\"bn\":\"clumsy/\",\"bu\":\"Cel\",\"bt\":1795409000,\"n\":\"a/t0\",\"v\":1}");
        for (int i = 1; i < records; i++) {
            json.append(",{\"n\":\"a/t").append(i).append("\",\"v\":1}");
        }
        return json.append(']').toString().getBytes(UTF_8);
    }

    private static byte[] good() {
        return good(DEVICE);
    }

    private static byte[] good(String device) {
        return "[{\"bn\":\"%s/\",\"bt\":1795409000,\"n\":\"air/temperature\",\"u\":\"Cel\",\"v\":21.5}]"
                .formatted(device)
                .getBytes(UTF_8);
    }

    private static void send(String topic, String contentType, List<String> properties, byte[] payload)
            throws Exception {
        var command = new ArrayList<>(
                List.of("mosquitto_pub", "-V", "mqttv5", "-p", "" + stage.mqttPort, "-q", "1", "-t", topic));
        if (!contentType.isEmpty()) {
            command.addAll(List.of("-D", "publish", "content-type", contentType));
        }
        for (int i = 0; i < properties.size(); i += 2) {
            command.addAll(List.of("-D", "publish", "user-property", properties.get(i), properties.get(i + 1)));
        }
        command.add(payload.length == 0 ? "-n" : "-s");
        var ignored = stage.feed(payload, command.toArray(String[]::new));
    }
}
