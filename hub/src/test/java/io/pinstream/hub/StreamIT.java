package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.config.ConfigTree;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.KafkaForeignLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.socket.NodeClient;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// `/api/v1/stream` of a whole hub on a real Kafka, as clients use it: curl, npm's `eventsource`, and plain HTTP.
/// There is no broker: the hub runs without one, and what it shows is in Kafka.
class StreamIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final DeviceId CELLAR = new DeviceId("cellar");
    private static final Path SCRIPTS = Path.of("src", "test", "js");

    private final KafkaSettings kafka = RealKafka.settings();
    private final List<Process> processes = new ArrayList<>();
    private KafkaForeignLog log;
    private Hub hub;
    private int written;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        hub = hub(0);
        await().atMost(LIMIT)
                .until(() -> get("/readyz", Map.of()).body().contains("{\"name\":\"lanes\",\"ready\":true}"));
        log = KafkaForeignLog.open(kafka, "test", TimeSource.system());
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (var process : processes) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        log.close();
        hub.close();
    }

    private Hub hub(int port) throws IOException {
        var tree = ConfigTree.parse(
                "hub.yaml", """
                broker: {url: "tcp://127.0.0.1:9"}
                kafka: {bootstrap-servers: "%s", prefix: %s, event-partitions: %d}
                web: {port: %d}
                """.formatted(kafka.bootstrapServers(), kafka.prefix(), kafka.eventPartitions(), port));
        var config = HubConfig.read(tree);
        assertThat(tree.finish()).isEmpty();
        return Hub.start(config.orElseThrow(), TimeSource.system(), HubWatch.NONE);
    }

    private void restartHub() throws IOException {
        int port = hub.webPort();
        hub.close();
        hub = hub(port);
    }

    /// Commits events of a device whose temperatures count up, from 0.
    private void write(DeviceId device, int count) {
        for (int i = 0; i < count; i++) {
            var event = new Event(
                    Event.Kind.SAMPLE,
                    new SensorId("air"),
                    TimeSource.system().instant(),
                    Quality.GOOD,
                    List.of(Measurement.of(Quantity.TEMPERATURE, written)));
            log.event(device, "id-" + written++, event);
        }
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "id-" + i).toList();
    }

    private HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.webPort() + path))
                    .timeout(LIMIT);
            headers.forEach(request::header);
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    // Programs that read the stream, with what they print in a file.

    private Path run(String name, List<String> command) throws IOException {
        var out = folder.resolve(name);
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start());
        return out;
    }

    private Path curl(String name, String query) throws IOException {
        return run(
                name, List.of("curl", "-sSN", "http://127.0.0.1:%d/api/v1/stream%s".formatted(hub.webPort(), query)));
    }

    private static List<String> lines(Path out, String start) throws IOException {
        return Files.readString(out)
                .lines()
                .filter(line -> line.startsWith(start))
                .toList();
    }

    private static List<String> eventIds(Path out) throws IOException {
        return lines(out, "data: {\"specversion\"").stream()
                .map(line -> line.replaceAll(".*?\"id\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    @Test
    void showsCommittedEventsToCurlAsTheyCome() throws Exception {
        // Given
        var all = curl("all", "");
        var some = curl("some", "?device=c*&quantity=temperature&type=sample");
        await().atMost(LIMIT)
                .until(() -> lines(all, "event: position").size()
                                + lines(some, "event: position").size()
                        == 2);

        // When
        write(ATTIC, 3);
        write(CELLAR, 2);

        // Then
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(eventIds(all)).containsExactlyInAnyOrderElementsOf(ids(0, 5));
            assertThat(eventIds(some)).isEqualTo(ids(3, 5));
        });
        assertThat(lines(all, "retry: ")).containsExactly("retry: 3000");
        assertThat(lines(all, "id: ")).hasSize(6).doesNotHaveDuplicates();
        assertThat(lines(all, "event: ")).contains("event: io.pinstream.sample.v1");
        assertThat(lines(some, "data: {\"spec").getFirst())
                .matches("data: \\{\"specversion\":\"1.0\",\"id\":\"id-3\",\"source\":\"/devices/cellar/sensors/air\","
                        + "\"type\":\"io.pinstream.sample.v1\",\"time\":\"[^\"]*Z\",\"delivery\":\"at-least-once\","
                        + "\"datacontenttype\":\"application/json\",\"data\":\\{\"device\":\"cellar\",.*"
                        + "\"temperature\":3.0,.*}}");
    }

    @Test
    void goesOnBehindAPositionThatAnotherHubGave() throws Exception {
        // Given
        var first = curl("first", "?since=1h");
        write(ATTIC, 5);
        await().atMost(LIMIT).until(() -> eventIds(first).size() == 5);
        var token =
                lines(first, "id: ").get(3).substring("id: ".length()); // behind the third: the first id is the start's

        // When
        restartHub();
        write(ATTIC, 2);

        // Then
        assertThat(lines(first, "data: {\"why\"")).containsExactly("data: {\"why\":\"stopped\"}");
        var second = curl("second", "?from=" + token);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(eventIds(second)).isEqualTo(ids(3, 7)));
        write(ATTIC, 1);
        await().atMost(LIMIT).untilAsserted(() -> assertThat(eventIds(second)).isEqualTo(ids(3, 8)));
    }

    @Test
    void endsWhereItIsToldAndSaysThatThereIsNothingToComeBackFor() throws Exception {
        // Given
        write(ATTIC, 3);
        var until = TimeSource.system().instant();
        await().until(() -> TimeSource.system().instant().isAfter(until.plusMillis(2)));
        write(ATTIC, 3);
        var query = "/api/v1/stream?since=1h&until=" + until.plusMillis(1);

        // When
        var all = get(query, Map.of());

        // Then
        assertThat(all.statusCode()).isEqualTo(200);
        assertThat(all.headers().firstValue("content-type")).contains("text/event-stream;charset=utf-8");
        assertThat(all.headers().firstValue("x-accel-buffering")).contains("no");
        assertThat(all.body())
                .contains("\"id-0\"", "\"id-2\"", "{\"why\":\"complete\"}")
                .doesNotContain("\"id-3\"");
        var last = all.body()
                .lines()
                .filter(line -> line.startsWith("id: "))
                .toList()
                .getLast();
        assertThat(get(query, Map.of("Last-Event-ID", last.substring(4))).statusCode())
                .isEqualTo(204);
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        var wrong = Map.of(
                "from=rubbish%21", "from: a position is made of A-Z a-z 0-9 - and _ only",
                "from=AQAA", "from: the position is cut short",
                "form=x", " is no parameter here; there are device, from, policy,",
                "since=yesterday", "since: must be a time such as 2026-11-23T04:40:14Z, or how long ago",
                "policy=drop", "policy: policy must be drop-oldest, conflate or disconnect, but was",
                "until=2100-01-01T00:00:00Z", "until must not be in the future",
                "device=", "a pattern must have 1 to 128 characters");
        for (var query : wrong.keySet()) {
            var answer = get("/api/v1/stream?" + query, Map.of());

            assertThat(answer.statusCode()).as(query).isEqualTo(400);
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
            assertThat(answer.body()).as(query).contains(wrong.get(query));
        }
        assertThat(get("/api/v1/stream", Map.of("Last-Event-ID", "x")).statusCode())
                .isEqualTo(400);
    }

    /// npm's `eventsource`, which comes back by itself.
    @Test
    void carriesNodesEventSourceThroughAHubRestart() throws Exception {
        // Given
        var client = installed().resolve("eventsource.mjs");
        var out = run("node", List.of("node", client.toString(), url("")));
        await().atMost(LIMIT).until(() -> !lines(out, "position").isEmpty());

        // When
        write(ATTIC, 5);
        write(CELLAR, 5);
        await().atMost(LIMIT).until(() -> lines(out, "event ").size() == 10);
        int port = hub.webPort();
        hub.close();
        write(ATTIC, 5);
        hub = hub(port);
        write(CELLAR, 5);

        // Then
        await().atMost(LIMIT).until(() -> lines(out, "event ").size() >= 20);
        assertThat(lines(out, "event "))
                .containsExactlyInAnyOrderElementsOf(
                        ids(0, 20).stream().map(id -> "event " + id).toList());
    }

    /// npm's `socket.io-client`, which gives its last position back by itself.
    @Test
    void carriesASocketIoClientThroughAHubRestart() throws Exception {
        try (var client = new NodeClient(
                folder,
                "http://127.0.0.1:" + hub.webPort(),
                "{\"auth\":{\"subscribe\":{\"policy\":\"disconnect\"}}}")) {
            // Given
            client.await("position ", 1);

            // When
            write(ATTIC, 5);
            client.await("event ", 5);
            int port = hub.webPort();
            hub.close();
            write(ATTIC, 5);
            hub = hub(port);
            write(ATTIC, 5);

            // Then
            client.await("event ", 15);
            assertThat(client.ids()).isEqualTo(ids(0, 15));
            assertThat(client.lines("connect ").getLast()).endsWith("recovered=true");
        }
    }

    /// A real browser's `EventSource`, which comes back by itself, in a page of the hub's own.
    @Test
    void carriesABrowserThroughAHubRestart() throws Exception {
        var browser = browser();
        try {
            // Given
            browser.get("http://127.0.0.1:%d/healthz".formatted(hub.webPort()));
            browser.executeScript("""
                    window.heard = [];
                    const source = new EventSource('/api/v1/stream?policy=disconnect');
                    source.addEventListener('io.pinstream.sample.v1', event => heard.push(JSON.parse(event.data).id));
                    source.addEventListener('position', () => window.there = true);
                    """);
            await().atMost(LIMIT).until(() -> Boolean.TRUE.equals(browser.executeScript("return window.there")));

            // When
            write(ATTIC, 5);
            await().atMost(LIMIT)
                    .until(() -> browser.executeScript("return heard.length").equals(5L));
            int port = hub.webPort();
            hub.close();
            write(CELLAR, 5);
            hub = hub(port);
            write(ATTIC, 5);

            // Then
            await().atMost(LIMIT).until(() -> (long) browser.executeScript("return heard.length") >= 15);
            assertThat((List<?>) browser.executeScript("return heard"))
                    .map(String::valueOf)
                    .containsExactlyInAnyOrderElementsOf(ids(0, 15));
        } finally {
            browser.quit();
        }
    }

    private static ChromeDriver browser() {
        // The system's own programs: Selenium would look for others on the network.
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .usingAnyFreePort()
                .build();
        var options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        return new ChromeDriver(service, options);
    }

    private String url(String query) {
        return "http://127.0.0.1:%d/api/v1/stream%s".formatted(hub.webPort(), query);
    }

    /// The scripts beside what they need from npm, as the lock file says.
    private static Path installed() throws IOException, InterruptedException {
        var to = Files.createDirectories(Path.of("target", "js"));
        try (var files = Files.list(SCRIPTS)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        var npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                .directory(to.toFile())
                .redirectErrorStream(true)
                .redirectOutput(to.resolve("npm.log").toFile())
                .start();
        assertThat(npm.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(npm.exitValue()).as(Files.readString(to.resolve("npm.log"))).isZero();
        return to;
    }
}
