package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.command.NoCommands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.DeadLetter;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.KafkaEventLog;
import io.pinstream.hub.log.KafkaLaneLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.StreamId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The API over a real Kafka, whose records are written by a lane's own log.
class ApiIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final DeviceId CELLAR = new DeviceId("cellar");
    private static final StreamId STREAM = new StreamId(0, 1);
    private static final Instant NOW = ManualTime.START;

    private final ManualTime time = new ManualTime();
    private KafkaSettings kafka;
    private LaneLog log;
    private DeviceRegistry registry;
    private Thread devices;
    private WebServer server;
    private long sequence;
    private int letters;

    @BeforeEach
    void start() throws Exception {
        kafka = RealKafka.settingsWithTopics();
        log = KafkaLaneLog.open(kafka, 0, time);
        registry = new DeviceRegistry(KafkaEventLog.devices(kafka, time), HubWatch.NONE);
        devices = Thread.ofPlatform().name("devices").start(registry);
        var events = KafkaEventLog.events(kafka, time);
        server = WebServer.open(
                new WebServer.Config("127.0.0.1", 0),
                new WebServer.Sources(
                        () -> "",
                        () -> new Readiness(List.of()),
                        new Figures(time)::look,
                        new LiveFeed(events, LiveFeed.Config.DEFAULT, time, HubWatch.NONE),
                        registry,
                        new History(events, new History.Config(1, 20), time),
                        new DeadLetters(kafka),
                        NoCommands.of(time),
                        NoOutlets.of(time),
                        time,
                        HubWatch.NONE));
        await().atMost(LIMIT).until(() -> registry.state().isEmpty());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        registry.close();
        devices.join(LIMIT);
        log.close();
    }

    private void measure(DeviceId device, String sensor, Instant at, double temperature) {
        var event = Event.sample(
                new SensorId(sensor), at, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, temperature)));
        log.event(device, STREAM, ++sequence, 0, event);
    }

    private void commit() {
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
        // A commit shows a moment after it has been done.
        await().atMost(LIMIT).until(() -> RealKafka.events(kafka).size() == sequence);
        await().atMost(LIMIT)
                .until(() -> new DeadLetters(kafka)
                                .page(Optional.empty(), 100)
                                .letters()
                                .size()
                        == letters);
    }

    private void say(DeviceId device, String state) {
        log.device(
                device,
                "{\"device\":\"%s\",\"state\":{\"sensors\":{\"state\":{\"state\":\"no\"}},\"state\":\"%s\"}}"
                        .formatted(device, state)
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void listsDevicesAPageAtATimeAndByTheirState() throws Exception {
        // When
        say(ATTIC, "online");
        say(CELLAR, "offline");
        say(new DeviceId("garage"), "online");
        commit();

        // Then
        await().atMost(LIMIT).until(() -> registry.find("garage").isPresent());
        var first = get("/api/v1/devices?limit=2");
        assertThat(values(first, "id")).containsExactly("attic", "cellar");
        assertThat(values(first, "next")).containsExactly("cellar");
        var second = get("/api/v1/devices?limit=2&after=cellar");
        assertThat(values(second, "id")).containsExactly("garage");
        assertThat(values(second, "next")).isEmpty();
        assertThat(values(get("/api/v1/devices?state=online"), "id")).containsExactly("attic", "garage");
        assertThat(values(get("/api/v1/devices?device=*a*r*"), "id")).containsExactly("cellar", "garage");
        assertThat(get("/api/v1/devices/cellar").body())
                .startsWith("{\"id\":\"cellar\",\"seen\":\"")
                .contains("\"state\":\"offline\",\"record\":{\"device\":\"cellar\",\"state\":{");

        // When
        say(CELLAR, "online");
        commit();

        // Then
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(registry.find("cellar").orElseThrow().state())
                                .isEqualTo("online"));
        assertThat(get("/api/v1/devices/nobody").statusCode()).isEqualTo(404);
    }

    @Test
    void showsTheNewestEventOfEachSensor() throws Exception {
        // When
        measure(ATTIC, "air", NOW.minusSeconds(30), 1);
        measure(ATTIC, "air", NOW.minusSeconds(10), 2);
        measure(ATTIC, "air", NOW.minusSeconds(20), 3); // arrived late
        measure(ATTIC, "soil", NOW.minusSeconds(25), 4);
        measure(CELLAR, "air", NOW, 5);
        commit();

        // Then
        var latest = get("/api/v1/devices/attic/latest");
        assertThat(values(latest, "temperature")).containsExactly("2.0", "4.0");
        assertThat(values(latest, "source"))
                .containsExactly("/devices/attic/sensors/air", "/devices/attic/sensors/soil");
        assertThat(values(get("/api/v1/devices/attic/latest?since=5s"), "temperature"))
                .isEmpty();
    }

    @Test
    void showsLeastMeanAndMostOfEachStep() throws Exception {
        // Given
        for (int i = 0; i < 6; i++) {
            measure(ATTIC, "air", NOW.minusSeconds(60 - 10 * i), i); // 60, 50, … 10 s ago
        }
        measure(ATTIC, "air", NOW, 99);
        measure(CELLAR, "air", NOW.minusSeconds(50), 77);
        commit();

        // When
        var answer = get("/api/v1/devices/attic/history?from=60s&to=" + NOW + "&step=30s&quantity=temp*");

        // Then
        assertThat(answer.body())
                .isEqualTo(
                        "{\"device\":\"attic\",\"from\":\"2026-11-23T04:39:14Z\",\"to\":\"2026-11-23T04:40:14Z\","
                                + "\"step\":30.0,\"series\":[{\"sensor\":\"air\",\"quantity\":\"temperature\",\"edges\":false,\"points\":["
                                + "{\"time\":\"2026-11-23T04:39:14Z\",\"count\":3,\"min\":0.0,\"mean\":1.0,\"max\":2.0,\"last\":2.0},"
                                + "{\"time\":\"2026-11-23T04:39:44Z\",\"count\":3,\"min\":3.0,\"mean\":4.0,\"max\":5.0,\"last\":5.0}]}],\"doubts\":[]}\n");
        assertThat(get("/api/v1/devices/attic/history?sensor=soil").body()).contains("\"series\":[]");
        assertThat(get("/api/v1/devices/attic/history?step=1ms").body())
                .contains("\"status\":400", "step must be at least PT0.72S, for at most 5000 points");
        assertThat(get("/api/v1/devices/attic/history?from=1m&to=2m").body()).contains("from must be before to");
    }

    @Test
    void showsEdgesAsNumbersAndWhereValuesAreToBeDoubted() throws Exception {
        // Given
        var door = new SensorId("door");
        for (int i = 0; i < 3; i++) {
            var state = List.of(Measurement.of(Quantity.ACTIVE, i % 2 == 0));
            log.event(ATTIC, STREAM, ++sequence, 0, Event.edge(door, NOW.minusSeconds(50 - i), Quality.GOOD, state));
        }
        var failed = List.of(Measurement.of(Quantity.FAULT, "nobody answers at 0x76"));
        var quality = Quality.of(Quality.Flaw.NO_ANSWER, Quality.Flaw.TIME_UNKNOWN);
        log.event(
                ATTIC, STREAM, ++sequence, 0, Event.sample(new SensorId("air"), NOW.minusSeconds(20), quality, failed));
        commit();

        // When
        var answer = get("/api/v1/devices/attic/history?from=60s&to=" + NOW + "&step=30s");

        // Then
        assertThat(answer.body())
                .contains("\"series\":[{\"sensor\":\"door\",\"quantity\":\"active\",\"edges\":true,\"points\":["
                        + "{\"time\":\"2026-11-23T04:39:14Z\",\"count\":3,\"min\":0.0,\"mean\":0.6666666666666666,"
                        + "\"max\":1.0,\"last\":1.0}]}]")
                .contains("\"doubts\":[{\"sensor\":\"air\",\"time\":\"2026-11-23T04:39:44Z\",\"count\":1,"
                        + "\"flaws\":\"no-answer,time-unknown\"}]");
    }

    @Test
    void listsDevicesInBriefWhereThatIsAskedFor() throws Exception {
        // When
        say(ATTIC, "online");
        commit();

        // Then
        await().atMost(LIMIT).until(() -> registry.find("attic").isPresent());
        assertThat(get("/api/v1/devices?view=brief").body())
                .contains("\"state\":\"online\",\"since\":\"\",\"agent\":\"\",\"board\":\"\",\"sensors\":1}")
                .doesNotContain("record");
        assertThat(get("/api/v1/devices?view=x").body()).contains("view: must be brief or whole, but was");
        assertThat(get("/api/v1/status").body())
                .contains("\"fleet\":{\"known\":1,\"online\":1,\"outbox_rows\":0},\"problems\":[]");
    }

    @Test
    void refusesAQuestionThatCostsTooMuchAndSaysWhatToDo() throws Exception {
        // When
        for (int i = 0; i < 25; i++) {
            measure(ATTIC, "air", NOW.minusSeconds(50 - i), i);
        }
        commit();

        // Then
        var answer = get("/api/v1/devices/attic/history?from=50s");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .contains(
                        "\"title\":\"The answer costs too much\"",
                        "but the limit is 20 (history.records): ask for what");
        assertThat(get("/api/v1/devices/attic/history?from=35s").statusCode()).isEqualTo(200);
    }

    @Test
    void showsDeadLettersFromTheNewestBack() throws Exception {
        // Given
        for (int i = 0; i < 5; i++) {
            var payload = ("letter " + i).getBytes(StandardCharsets.UTF_8);
            log.deadLetter(
                    "attic", new DeadLetter("reason " + i, "up/attic", NOW.plusSeconds(i), Optional.empty(), payload));
            letters++;
            commit(); // its marker takes an offset, too
        }

        // When
        var reasons = new ArrayList<List<String>>();
        var more = "";
        do {
            var page = get("/api/v1/dead-letters?limit=2" + more);
            reasons.add(values(page, "reason"));
            more = values(page, "next").stream()
                    .findFirst()
                    .map(next -> "&before=" + next)
                    .orElse("");
        } while (!more.isEmpty() && reasons.size() < 20);

        // Then
        assertThat(reasons.stream().flatMap(List::stream))
                .containsExactly("reason 4", "reason 3", "reason 2", "reason 1", "reason 0");
        assertThat(get("/api/v1/dead-letters?limit=50").body())
                .contains("\"size\":8,\"payload_base64\":\"bGV0dGVyIDQ=\"")
                .doesNotContain("\"next\"");
    }

    @Test
    void handsOutAllOfADeadLetterAsItCame() throws Exception {
        // Given
        var payload = "<script>".repeat(2_000).getBytes(StandardCharsets.UTF_8);
        var letter = new DeadLetter("too much", "up/attic", NOW, Optional.empty(), payload);
        log.deadLetter("attic", letter);
        letters++;
        commit();
        var id = values(get("/api/v1/dead-letters"), "id").getFirst();

        // When
        var all = get("/api/v1/dead-letters/" + id);

        // Then
        assertThat(all.body()).isEqualTo(new String(payload, StandardCharsets.UTF_8));
        assertThat(all.headers().firstValue("Content-Type").orElse("")).startsWith("application/octet-stream");
        assertThat(all.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(all.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"dead-letter-%s.bin\"".formatted(id));
        var partition = id.substring(0, id.indexOf('-') + 1);
        for (var none : List.of(partition + "1", partition + "999", "999-0")) {
            assertThat(get("/api/v1/dead-letters/" + none).statusCode())
                    .as("%s; one is a marker, two are not there", none)
                    .isEqualTo(404);
        }
        assertThat(get("/api/v1/dead-letters/first").body())
                .contains("id: must be the id of a dead letter, such as 0-42, but was \\\"first\\\"");
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                    .timeout(LIMIT);
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static List<String> values(HttpResponse<String> answer, String member) {
        return Pattern.compile("\"" + member + "\":\"?([^\",}]*)")
                .matcher(answer.body())
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
