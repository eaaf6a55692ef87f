package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.KafkaLaneLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands as a user or a script runs them.
class MainIT {
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final StreamId STREAM = new StreamId(0, 1);

    private final KafkaSettings kafka = RealKafka.settings();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private Path config;

    @BeforeEach
    void configure() throws IOException {
        config = Files.writeString(
                folder.resolve("hub.yaml"),
                "kafka: {bootstrap-servers: \"%s\", prefix: %s, event-partitions: 3}%n"
                        .formatted(kafka.bootstrapServers(), kafka.prefix()));
    }

    @Test
    void topicsMakesAndPrintsThem() {
        // Given
        assertThat(run("topics", "--dry-run")).isZero();
        assertThat(out.toString()).contains("(not there yet)");

        // When
        assertThat(run("topics")).isZero();

        // Then
        assertThat(out.toString().lines())
                .hasSize(6)
                .anyMatch(line -> line.matches(kafka.events() + " +3 +1 +flush.messages=1 .*retention.ms=604800000"))
                .anyMatch(line -> line.matches(kafka.marks() + " +4 +1 +cleanup.policy=compact flush.messages=1"));
    }

    @Test
    void topicsEndsWith78IfTheyDoNotFit() throws IOException {
        // Given
        assertThat(run("topics")).isZero();
        Files.writeString(config, Files.readString(config).replace("event-partitions: 3", "lanes: 16"));

        // Then
        assertThat(run("topics")).isEqualTo(78);
        assertThat(out.toString()).contains("error: has 4 partitions, but kafka.lanes is 16: set kafka.lanes to 4");
    }

    @Test
    void auditEndsWith0IfNothingIsMissing() throws IOException {
        // Given
        run("topics");
        write(1, 2, 3);

        // When
        await().until(() -> run("audit") == 0 && out.toString().contains(" 3 events"));

        // Then
        assertThat(out.toString().lines().toList()).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(1)).matches("attic +1 +3 +3 +0 +0 +0 +0 +0 +0 +0");
            assertThat(lines.get(2))
                    .startsWith("clean: 1 devices, 1 streams, 3 packs, 3 events: 0 gaps, 0 duplicates, 0 out of");
        });
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void auditEndsWith1AndTellsScriptsWhatIsMissing() throws IOException {
        // Given
        run("topics");
        write(1, 2, 5, 5);

        // When
        await().until(() -> run("audit", "--json") == 1 && out.toString().contains("\"events\":4"));

        // Then
        assertThat(out.toString().strip())
                .isEqualTo("{\"clean\":false,\"total\":{\"devices\":1,COUNTS},".replace("COUNTS", counts())
                        + "\"devices\":[{\"device\":\"attic\",\"clean\":false,%s}]}".formatted(counts()));
    }

    private static String counts() {
        return "\"streams\":1,\"packs\":3,\"events\":4,\"gaps\":2,\"duplicates\":1,\"out_of_order\":0,\"strange\":0,"
                + "\"dropped_ranges\":0,\"dropped_packs\":0,\"dead_letters\":0,\"foreign\":0";
    }

    @Test
    void auditEndsWith69IfThereIsNothingToRead() {
        assertThat(run("audit")).isEqualTo(69);
        assertThat(err.toString().lines()).singleElement().asString().contains(kafka.events());
    }

    @Test
    void runBringsItsOwnServersAndEndsWith0WhenItIsToldTo() throws Exception {
        // Given
        Files.writeString(config, "{web: {port: 0}, embedded: {mqtt-port: 0, kafka-port: 0}}");
        var log = folder.resolve("run.log");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.pinstream.hub.Main",
                "run",
                "-c",
                config.toString(),
                "--embedded",
                "--data",
                folder.resolve("data").toString()));
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> Files.readString(log).contains("lane is open lane=3"));

            // When
            process.destroy(); // SIGTERM

            // Then
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readString(log))
                    .contains("hub is running", "lane is closed lane=3", "hub has stopped")
                    .doesNotContain("\tat ");
            assertThat(Files.readString(log).lines())
                    .as("the hub's own words, and what its servers complain of on a busy machine")
                    .allMatch(line -> line.matches("\\S+Z (INFO  (hub|broker|lane|Kafka)|WARN |ERROR) .*"));
            assertThat(folder.resolve("data")).isDirectoryContaining("glob:**/kafka");
        } finally {
            process.destroyForcibly();
        }
    }

    private void write(int... packs) throws IOException {
        var event = Event.sample(
                new SensorId("air"),
                TimeSource.system().instant(),
                Quality.GOOD,
                List.of(Measurement.of(Quantity.COUNT, 1)));
        try (var log = KafkaLaneLog.open(kafka, 0, TimeSource.system())) {
            for (int sequence : packs) {
                log.event(ATTIC, STREAM, sequence, 0, event);
            }
            log.commit();
        }
    }

    private int run(String command, String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var arguments = new ArrayList<>(List.of(command, "--config", config.toString()));
        arguments.addAll(List.of(more));
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
