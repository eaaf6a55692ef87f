package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.sim.process.Program;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is shown to operators, with Debian's Prometheus at a live hub and a live agent: whatever a dashboard, a
/// rule or an alert asks for is there. Whoever renames a meter breaks this.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class MetricsIT {
    private static final Path DEPLOY = Path.of(System.getProperty("pinstream.root"), "deploy");
    private static final Path RULES = DEPLOY.resolve("prometheus");
    private static final Pattern EXPRESSION = Pattern.compile("\"expr\" ?: ?\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern RULE = Pattern.compile("(?m)^\\s+expr: '?(.*?)'?$");
    private static final Pattern METRIC = Pattern.compile("[a-z_:]*pinstream_(?:hub|agent)_\\w+(?::\\w+)?");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(pinstream_\\w+)` \\| (\\w+) \\| ([^|]*) \\| (.+) \\|$");
    private static final Pattern HELP = Pattern.compile("(?m)^# HELP (pinstream_\\w+) (.*)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(pinstream_\\w+)\\{([^}]*)}");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path temporary;

    private static Stage stage;
    private static String hub;
    private static String agent;
    private static String prometheus;

    @BeforeAll
    static void start() throws Exception {
        stage = new Stage(temporary.resolve("stage"));
        var hubProgram = stage.hub("""
                outlets:
                  mirror: {type: kafka, to: {bootstrap-servers: "%s", topic: mirror}}
                """.formatted(stage.bootstrap));
        EveryLane.awaitListening(stage, hubProgram);
        var web = Pattern.compile("http://127\\.0\\.0\\.1:\\d+").matcher(hubProgram.output());
        assertThat(web.find()).as(hubProgram.output()).isTrue();
        hub = web.group();
        agent = "http://127.0.0.1:" + Program.freePort();
        stage.board("measured", """
                web: {port: %d}
                packs: {linger: 100ms}
                sensors:
                  air: {type: bme280, every: 100ms}
                  door: {type: contact, line: 17}
                """.formatted(URI.create(agent).getPort()), temporary.resolve("journal"));
        // Of every kind of answer of the hub's one, and a live client.
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(get(agent + "/metrics")).contains("pinstream_agent_link_up 1.0"));
        get(hub + "/api/v1/status");
        prometheus = "http://127.0.0.1:" + Program.freePort();
        startPrometheus();
    }

    /// With the rules as they are; only the times are shorter, or nothing would be known for five minutes.
    private static void startPrometheus() throws IOException {
        var folder = Files.createDirectories(temporary.resolve("prometheus"));
        for (var file : List.of("rules.yml", "alerts.yml")) {
            Files.copy(RULES.resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("hub.yml"), "- targets: [\"%s\"]\n".formatted(hub.substring(7)));
        Files.writeString(
                folder.resolve("agent.yml"),
                "- targets: [\"%s\"]\n  labels: {device: measured}\n".formatted(agent.substring(7)));
        var config = Files.readString(RULES.resolve("prometheus.yml"))
                .replace("_interval: 15s", "_interval: 1s")
                .replace("hubs/*.yml", "hub.yml")
                .replace("agents/*.yml", "agent.yml");
        Files.writeString(folder.resolve("prometheus.yml"), config);
        stage.client(
                "prometheus",
                "prometheus",
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + prometheus.substring(7));
    }

    @AfterAll
    static void end() {
        stage.close();
    }

    @Test
    void everyQueryOfRulesAndDashboardsReturnsData() throws Exception {
        var queries = new LinkedHashSet<String>();
        for (var dashboard : List.of("fleet", "hub", "device")) {
            var json = Files.readString(DEPLOY.resolve("grafana/dashboards/%s.json".formatted(dashboard)));
            assertThat(json).contains("\"uid\": \"pinstream-%s\"".formatted(dashboard));
            var found = EXPRESSION.matcher(json);
            while (found.find()) {
                queries.add(found.group(1)
                        .replace("\\\"", "\"")
                        .replace("$instance", ".*")
                        .replace("$device", ".*"));
            }
        }
        queries.addAll(expressions("rules.yml"));
        // An alert that is quiet returns nothing, but what it asks for must be there.
        for (var alert : expressions("alerts.yml")) {
            var names = METRIC.matcher(alert);
            while (names.find()) {
                queries.add(names.group());
            }
        }

        assertThat(queries).hasSizeGreaterThan(50);
        for (var query : queries) {
            await(query)
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .untilAsserted(
                            () -> assertThat(get(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, UTF_8)))
                                    .contains("\"status\":\"success\"")
                                    .contains("\"value\":["));
        }
        assertThat(get(prometheus + "/api/v1/rules")).doesNotContain("\"health\":\"err\"");
    }

    @Test
    void everyMeterStandsInTheTableAndEveryRowIsAMeter() throws Exception {
        var table = new TreeSet<String>();
        var row = ROW.matcher(Files.readString(DEPLOY.resolve("METERS.md")));
        while (row.find()) {
            table.add("%s [%s] %s".formatted(row.group(1), row.group(3).replace("`", ""), row.group(4)));
        }

        var shown = new TreeSet<String>();
        for (var page : List.of(get(hub + "/metrics"), get(agent + "/metrics"))) {
            var help = HELP.matcher(page);
            while (help.find()) {
                if (help.group(1).endsWith("_max")) {
                    continue; // Micrometer's companion of each timer and summary
                }
                shown.add("%s [%s] %s".formatted(help.group(1), tags(page, help.group(1)), help.group(2)));
            }
        }

        assertThat(table).isEqualTo(shown);
    }

    /// The tags of a meter, without those that Prometheus' histograms have.
    private static String tags(String page, String meter) {
        var tags = new TreeSet<String>();
        var sample = SAMPLE.matcher(page);
        while (sample.find()) {
            if (Set.of(meter, meter + "_count").contains(sample.group(1))) {
                for (var pair : sample.group(2).split(",(?=[a-z]+=\")")) {
                    tags.add(pair.substring(0, pair.indexOf('=')));
                }
            }
        }
        return String.join(", ", tags);
    }

    @Test
    void promtoolFindsNothingWrong() throws Exception {
        assertThat(stage.run(
                        "promtool",
                        "check",
                        "config",
                        RULES.resolve("prometheus.yml").toString()))
                .contains("SUCCESS");
        assertThat(stage.run(
                        "promtool",
                        "test",
                        "rules",
                        RULES.resolve("alerts_test.yml").toString()))
                .contains("SUCCESS");
        for (var page : List.of(hub, agent)) {
            // It has an opinion on every name, and ends with 3 if one is bad.
            assertThat(stage.feed(get(page + "/metrics").getBytes(UTF_8), "promtool", "check", "metrics"))
                    .doesNotContain("error");
        }
    }

    @Test
    void everyAlertIsTestedFiringAndQuiet() throws Exception {
        var alerts = names("alerts.yml", "(?m)^ +- alert: (\\w+)$");
        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(names("alerts_test.yml", "(?m)^  - name: (\\w+) fires$")).isEqualTo(alerts);
        assertThat(names("alerts_test.yml", "(?m)^  - name: (\\w+) is quiet$")).isEqualTo(alerts);
        assertThat(names("alerts_test.yml", "(?m)^      - alertname: (\\w+)$")).isEqualTo(alerts);
    }

    private static Set<String> names(String file, String pattern) throws IOException {
        var names = new TreeSet<String>();
        var found = Pattern.compile(pattern).matcher(Files.readString(RULES.resolve(file)));
        while (found.find()) {
            names.add(found.group(1));
        }
        return names;
    }

    private static List<String> expressions(String file) throws IOException {
        return RULE.matcher(Files.readString(RULES.resolve(file)))
                .results()
                .map(result -> result.group(1).replace("''", "'"))
                .toList();
    }

    private static String get(String address) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }
}
