package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The demo as a newcomer runs it.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DemoIT {
    private static final Pattern COMMITTED = Pattern.compile("devices 9 \\| .* committed ([0-9,]+) ");
    private static final Pattern KAFKA = Pattern.compile("Kafka +(127\\.0\\.0\\.1:[0-9]+)");

    @TempDir
    Path temporary;

    @Test
    void bringsNineDevicesToKafkaEndsByItselfAndGoesOn() throws Exception {
        // When
        var first = demo("first");
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(committed(first)).isGreaterThan(50));

        // Then it tells where to look, and the place holds what it tells
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(keys(first)).contains("attic", "workshop").hasSize(9));
        var dashboard = dashboard(first);
        assertThat(ask(HttpRequest.newBuilder(URI.create(dashboard)))).contains("<title>Pinstream");
        assertThat(ask(HttpRequest.newBuilder(URI.create(dashboard + "api/v1/devices/greenhouse/actuators/fan"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"percent\":40}"))))
                .contains("\"outcome\":\"done\"", "\"percent\":40");
        assertThat(end(first)).isLessThan(Duration.ofSeconds(10));

        // When
        var second = demo("second");
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(committed(second)).isGreaterThan(50));

        // Then the same devices went on with the same streams
        assertThat(keys(second)).hasSize(9);
        assertThat(audit(second)).contains("\"clean\":true").contains("\"devices\":9,\"streams\":9,");
        assertThat(end(second)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void emptiesNoFolderThatIsNotItsOwn() throws Exception {
        // Given
        var precious = temporary.resolve("precious");
        Files.createDirectories(precious);
        Files.writeString(precious.resolve("thesis.txt"), "years of work");

        // When
        var demo = start("wrong", precious, "--fresh");

        // Then
        assertThat(demo.waitFor(Duration.ofSeconds(30))).isEqualTo(1);
        assertThat(demo.output()).contains("has files that are not the demo's").doesNotContain("\tat ");
        assertThat(precious.resolve("thesis.txt")).exists();
    }

    private Program demo(String name) throws IOException {
        return start(name, temporary.resolve("data"));
    }

    private Program start(String name, Path data, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("demo", "--data", data.toString()));
        arguments.addAll(List.of(more));
        return Program.java(
                name,
                temporary.resolve(name + ".log"),
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                        "-Dslf4j.internal.verbosity=WARN"),
                "io.pinstream.sim.Main",
                arguments);
    }

    private static String dashboard(Program demo) {
        var line = Pattern.compile("dashboard +(http://127.0.0.1:\\d+/)").matcher(demo.output());
        assertThat(line.find()).as(demo.output()).isTrue();
        return line.group(1);
    }

    private static String ask(HttpRequest.Builder request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static long committed(Program demo) {
        var lines = COMMITTED.matcher(demo.output());
        long committed = 0;
        while (lines.find()) {
            committed = Long.parseLong(lines.group(1).replace(",", ""));
        }
        assertThat(demo.isAlive()).as(demo.output()).isTrue();
        return committed;
    }

    private static String bootstrap(Program demo) {
        var line = KAFKA.matcher(demo.output());
        assertThat(line.find()).isTrue();
        return line.group(1);
    }

    /// The devices whose events are in Kafka.
    private List<String> keys(Program demo) throws Exception {
        return Stage.kafka(temporary, bootstrap(demo), Stage.EVENTS, "%k\\n").stream()
                .distinct()
                .toList();
    }

    private String audit(Program demo) throws Exception {
        return Stage.audit(temporary, bootstrap(demo));
    }

    private static Duration end(Program demo) throws InterruptedException {
        var time = TimeSource.system();
        long began = time.nanos();
        assertThat(demo.stop()).isIn(0, 143);
        assertThat(demo.output()).contains("ended; everything is kept");
        return Duration.ofNanos(time.nanos() - began);
    }
}
