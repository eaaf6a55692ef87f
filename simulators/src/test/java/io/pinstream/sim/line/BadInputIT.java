package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.mqtt.RawMqtt;
import io.pinstream.sim.process.Program;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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
    private static final String PRINTABLE = "[ -~]+";
    private static final String JSON = "application/senml+json";
    private static final String CBOR = "application/senml+cbor";

    private static final HexFormat HEX = HexFormat.of();
    /// A record of the device, up to the value: `[{bn, bt, n, u, v: …`
    private static final String CBOR_RECORD = "81a52167"
            + HEX.formatHex("clumsy/".getBytes(UTF_8))
            + "221a6b03c468006f"
            + HEX.formatHex("air/temperature".getBytes(UTF_8))
            + "0163"
            + HEX.formatHex("Cel".getBytes(UTF_8))
            + "02";

    /// A pack whose header is valid and whose payload is not, and what the reason must say.
    private record Payload(String what, String contentType, byte[] bytes, String reason) {}

    /// A message whose header is not valid.
    private record Header(String what, String topic, String contentType, List<String> properties, String reason) {}

    @TempDir
    static Path temporary;

    private static Stage stage;
    private static Program hub;
    private static int rawClients;

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
                text("infinity", record("\"v\":Infinity"), "JSON"),
                text("empty JSON", "", "JSON"),
                new Payload("no CBOR", CBOR, new byte[] {(byte) 0x9f, 1, 2, 3}, "CBOR"),
                new Payload("torn CBOR", CBOR, HEX.parseHex(CBOR_RECORD + "fb4035"), "ends too early"),
                cbor("NaN in CBOR", "f97e00", "v must be finite"),
                cbor("infinity in CBOR", "fa7f800000", "v must be finite"),
                cbor("minus infinity in CBOR", "fbfff0000000000000", "v must be finite"),
                new Payload("too deep in CBOR", CBOR, HEX.parseHex("81".repeat(5_000) + "01"), "CBOR"),
                new Payload(
                        "too deep below an unknown label",
                        CBOR,
                        HEX.parseHex(CBOR_RECORD.replaceFirst("81a5", "81a6") + "01" + "6178" + "81".repeat(64) + "01"),
                        "deep"),
                new Payload(
                        "a CBOR array that says it has 2^31 entries",
                        CBOR,
                        new byte[] {(byte) 0x9a, 127, -1, -1, -1},
                        "claims more items than the payload has bytes"),
                new Payload("empty", CBOR, new byte[0], "ends too early"));
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
        var letters = Letter.of(stage, DEVICE);
        for (int i = 0; i < payloads.size(); i++) {
            var payload = payloads.get(i);
            var numbers = "%s/%d-%d".formatted(STREAM, i + 1, i + 1);
            var own = letters.stream()
                    .filter(letter -> letter.pack().equals(numbers))
                    .toList();
            assertThat(own)
                    .as("%s: dead letters of pack %s", payload.what, numbers)
                    .hasSize(1);
            assertThat(own.getFirst().reason())
                    .as(payload.what)
                    .startsWith("pack %d of stream %s: ".formatted(i + 1, STREAM))
                    .containsIgnoringCase(payload.reason)
                    .matches(PRINTABLE);
            assertThat(own.getFirst().topic()).isEqualTo(UP);
            assertThat(own.getFirst().payload()).as(payload.what).isEqualTo(payload.bytes);
        }
        assertThat(Committed.of(stage, DEVICE)).extracting(Committed::id).containsExactly(STREAM + "/" + last + "/0");
        assertThat(stage.audit()).contains("\"clean\":true");
        assertHarmless();
    }

    @Test
    void aBadHeaderIsADeadLetterAndNoStreamIsTouched() throws Exception {
        // Given
        var device = "sloppy";
        var up = TOPICS.up(new DeviceId(device));
        var headers = List.of(
                new Header("no properties", up, JSON, List.of(), "stream"),
                new Header("no sequence", up, JSON, List.of("stream", STREAM), "seq"),
                new Header("sequence 0", up, JSON, pack("0"), "seq"),
                new Header("a negative sequence", up, JSON, pack("-1"), "seq"),
                new Header("no number", up, JSON, pack("one"), "seq"),
                new Header("beyond what a double holds", up, JSON, pack("9007199254740994"), "seq"),
                new Header("no stream id", up, JSON, List.of("stream", "xyz", "seq", "1"), "stream"),
                new Header(
                        "upper case",
                        up,
                        JSON,
                        List.of("stream", STREAM.toUpperCase(Locale.ROOT), "seq", "1"),
                        "stream"),
                new Header(
                        "garbage superseded",
                        up,
                        JSON,
                        List.of("stream", STREAM, "seq", "1", "supersedes", "?"),
                        "supersedes"),
                new Header(
                        "through below seq",
                        up,
                        JSON,
                        List.of("stream", STREAM, "seq", "5", "through", "4"),
                        "through"),
                new Header("no content type", up, "", pack("1"), "content type"),
                new Header("another content type", up, "text/html", pack("1"), "content type"),
                new Header("a nonce that is none", up, "", List.of("message", "hello", "nonce", "xyz"), "nonce"),
                new Header("an answer of the hub", up, "", List.of("message", "ack", "seq", "1"), "message"),
                new Header("another message", up, "", List.of("message", "shout"), "shout"),
                new Header("hello without a nonce", up, "", List.of("message", "hello"), "nonce"),
                new Header(
                        "wrong bucket",
                        "pinstream/v1/up/%02x/%s".formatted((Topics.bucket(new DeviceId(device)) + 1) % 256, device),
                        JSON,
                        pack("1"),
                        "bucket"),
                new Header("no bucket", "pinstream/v1/up/zz/" + device, JSON, pack("1"), "bucket"),
                new Header("no device id", "pinstream/v1/up/00/.hidden", JSON, pack("1"), "topic is none of ours"),
                new Header(
                        "a device id with a space",
                        "pinstream/v1/up/00/a b",
                        JSON,
                        pack("1"),
                        "topic is none of ours"));

        // When
        for (var header : headers) {
            send(header.topic, header.contentType, header.properties, header.what.getBytes(UTF_8));
        }

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var all = Letter.all(stage);
            for (var header : headers) {
                var own = all.stream()
                        .filter(letter -> new String(letter.payload(), UTF_8).equals(header.what))
                        .toList();
                // One, but for a copy: while the hub's subscriptions change, two of its filters may match a message,
                // and the broker delivers it for each (MQTT 5, section 3.3.4). What has no number is told by nothing.
                assertThat(own).as(header.what).isNotEmpty().allSatisfy(letter -> {
                    assertThat(letter.reason())
                            .containsIgnoringCase(header.reason)
                            .matches(PRINTABLE);
                    assertThat(letter.pack()).isEmpty();
                    assertThat(letter.topic()).isEqualTo(header.topic);
                });
            }
        });
        assertBeginsAStream(device);
    }

    @Test
    void textThatIsNoneDoesNotReachTheHubOrDoesNoHarm() throws Exception {
        // Given what MQTT 5 forbids in a text (section 1.5.4), or lets a receiver refuse. Java writes the first two
        // as bytes that are no UTF-8.
        var device = "garbled";
        var texts = List.of(
                "\u0000", "\ud800", "\u0001", "\u001b[2J", "\u007f", "\u009b", "\ufdd0", "\ufffe", "\ufeff", "\u202e");
        int taken = 0;

        // When each comes as value, name, content type and topic, by a client that does not check
        for (var text : texts) {
            taken += raw(device, JSON, Map.of("stream", STREAM, "seq", text)) ? 1 : 0;
            raw(device, JSON, Map.of("stream", text, "seq", "1"));
            raw(device, JSON, Map.of("message", text));
            raw(device, JSON, Map.of(text, "x", "stream", STREAM));
            raw(device, text, Map.of("stream", STREAM, "seq", "1"));
            raw(device + text, JSON, Map.of("stream", STREAM, "seq", "1"));
        }

        // Then some of it reached the hub, and what is said of it is printable
        assertThat(taken).isBetween(1, texts.size() - 1);
        assertBeginsAStream(device);
        var up = TOPICS.up(new DeviceId(device));
        var letters = Letter.all(stage).stream()
                .filter(letter -> letter.topic().startsWith(up))
                .toList();
        assertThat(letters)
                .hasSizeGreaterThanOrEqualTo(taken)
                .allSatisfy(letter -> assertThat(letter.reason()).matches(PRINTABLE));
        assertThat(hub.output()).matches(Pattern.compile("[ -~\n]*"));
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
                .untilAsserted(() -> assertThat(Committed.of(stage, "heavy"))
                        .extracting(Committed::id)
                        .containsExactly(STREAM + "/2/0"));
        var letter = Letter.of(stage, "heavy");
        assertThat(letter).hasSize(1);
        assertThat(letter.getFirst().reason()).contains("307200").contains("262144");
        assertThat(letter.getFirst().payload()).isEqualTo(bytes);
        assertHarmless();
    }

    /// Nothing of this device has been taken so far, and its first good pack is.
    private static void assertBeginsAStream(String device) throws Exception {
        send(TOPICS.up(new DeviceId(device)), JSON, pack(1), good(device));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Committed.of(stage, device))
                        .extracting(Committed::id)
                        .containsExactly(STREAM + "/1/0"));
        assertHarmless();
    }

    private static void assertHarmless() throws Exception {
        assertThat(hub.isAlive()).isTrue();
        assertThat(hub.output())
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("lane is closed")
                .doesNotContain("broker is away");
        var web = Pattern.compile("web=\"?(http://[0-9.:]+)").matcher(hub.output());
        assertThat(web.find()).isTrue();
        try (var client = HttpClient.newHttpClient()) {
            var asked = HttpRequest.newBuilder(URI.create(web.group(1) + "/readyz"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            var answer = client.send(asked, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    /// Publishes without looking at what it sends. Each time by a client of its own, because the broker hangs up
    /// on it as often as not.
    ///
    /// @return whether the broker took it
    private static boolean raw(String device, String contentType, Map<String, String> properties) throws Exception {
        var topic = "pinstream/v1/up/%02x/%s".formatted(Topics.bucket(new DeviceId("garbled")), device);
        var client = new RawMqtt(stage.mqttPort, "raw-" + ++rawClients, _ -> {});
        try {
            client.publish(new Envelope(topic, Optional.of(contentType), properties, "garbled".getBytes(UTF_8)));
            return client.drain(Duration.ofMillis(300));
        } catch (IOException hungUp) {
            return false;
        } finally {
            try {
                client.close();
            } catch (IOException hungUp) {
                // the broker was first
            }
        }
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

    private static Payload cbor(String what, String value, String reason) {
        return new Payload(what, CBOR, HEX.parseHex(CBOR_RECORD + value), reason);
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
