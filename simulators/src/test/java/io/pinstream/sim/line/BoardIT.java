package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.sim.process.Program;
import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One board with everything in its process, as a newcomer runs it: no server, no configuration.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BoardIT {
    private static final Pattern EVENTS = Pattern.compile(
            "events   taken (\\d+), in Kafka (\\d+), waiting (\\d+), dropped and named 0, lost 0, twice 0");
    private static final Pattern LINES = Pattern.compile("lines    moves shown (\\d+), in Kafka (\\d+)");

    @TempDir
    Path temporary;

    @Test
    void healsTheOutageOfTheShippedScenarioWithoutLoss() throws Exception {
        var board = board("--scenario", "door-and-outage.yaml", "--embedded", "--no-tty", "--speed", "6");

        assertThat(board.waitFor(Duration.ofMinutes(2))).as(board.output()).isZero();

        var said = board.output();
        assertThat(said)
                .containsSubsequence(
                        "world: network down for 20s",
                        "link down: ",
                        "world: door opens",
                        "door active false",
                        "world: end of: network down",
                        "link back after ",
                        "outage healed: ",
                        "report on board after ",
                        "link     outages 1, longest ");
        assertThat(said).contains("probe no DS18B20", "[no-answer]").doesNotContain("\u001b", "\tat ", "NOT CLEAN");
        var events = EVENTS.matcher(said);
        assertThat(events.find()).as(said).isTrue();
        assertThat(Integer.parseInt(events.group(1)))
                .isGreaterThan(50)
                .isEqualTo(Integer.parseInt(events.group(2)) + Integer.parseInt(events.group(3)));
        var lines = LINES.matcher(said);
        assertThat(lines.find()).as(said).isTrue();
        assertThat(lines.group(1)).isEqualTo("4").isEqualTo(lines.group(2));
    }

    @Test
    void namesWhatIsWrongWithAScenarioBeforeAnythingStarts() throws Exception {
        var scenario = temporary.resolve("wrong.yaml");
        Files.writeString(scenario, """
                at 5s: gate opens
                at 1m: network down for ever
                """);

        var board = board("--scenario", scenario.toString(), "--embedded", "--no-tty");

        assertThat(board.waitFor(Duration.ofMinutes(1))).isEqualTo(78);
        assertThat(board.output())
                .contains("wrong.yaml:1:1 at 5s: there is no sensor \"gate\"; there is network, air, soil, probe, door")
                .contains("wrong.yaml:2:1 at 1m: \"for ever\" must be for a number with ms, s, m, min or h behind it")
                .doesNotContain("starting");
    }

    @Test
    void rehearsesTheSameBytesInAnotherProcess() throws Exception {
        var files = List.of(temporary.resolve("first.txt"), temporary.resolve("second.txt"));

        for (var file : files) {
            var board = board("--seed", "7", "--scenario", "door-and-outage.yaml", "--rehearse", file.toString());
            assertThat(board.waitFor(Duration.ofMinutes(2))).as(board.output()).isZero();
            assertThat(board.output())
                    .startsWith("rehearsed 90 s (seed 7): packs committed ")
                    .doesNotContain("Pi4J");
        }

        assertThat(Files.readAllLines(files.getFirst())).hasSizeGreaterThan(100);
        assertThat(files.getFirst()).hasSameBinaryContentAs(files.getLast());
    }

    @Test
    void refusesWhatARehearsalHasNoUseFor() throws Exception {
        var board =
                board("--embedded", "--rehearse", temporary.resolve("said.txt").toString());

        assertThat(board.waitFor(Duration.ofMinutes(1))).isEqualTo(2);
        assertThat(board.output()).contains("--embedded and --rehearse exclude each other");
    }

    /// As far as it can be tried on one system: whoever asks for its name hears another, so that nothing takes a
    /// path or a terminal of Linux for granted. The embedded broker asks for the processor by native code, and
    /// cannot be deceived.
    @ParameterizedTest
    @ValueSource(strings = {"Windows 11", "Mac OS X"})
    void speaksToABrokerOnASystemThatIsNotLinux(String system) throws Exception {
        int port = Program.freePort();
        var config = temporary.resolve("agent.yaml");
        Files.writeString(config, """
                device: laptop
                broker: {url: "tcp://127.0.0.1:%d"}
                outbox: {folder: "%s"}
                sensors:
                  air: {type: bme280}
                  door: {type: contact, line: 17}
                  meter: {type: pulse-counter, line: 27}
                  oven: {type: max31855}
                  probe: {type: ds18b20}
                  dust: {type: pms5003, port: /dev/serial0}
                  machine: {type: host}
                """.formatted(port, temporary.resolve("outbox")));
        try (var _ = Program.mosquitto(temporary, port);
                var board =
                        board(List.of("-Dos.name=" + system), "--config", config.toString(), "--no-tty", "--for=10s")) {
            assertThat(board.waitFor(Duration.ofMinutes(2))).as(board.output()).isZero();

            assertThat(board.output())
                    .contains("link up: tcp://127.0.0.1:" + port, "air temperature ", "oven temperature ")
                    .contains("probe temperature ", "dust pm", "machine ", "report on laptop after ")
                    .doesNotContain("\tat ", "no-answer");
        }
    }

    private Program board(String... arguments) throws IOException {
        return board(List.of(), arguments);
    }

    private Program board(List<String> jvm, String... arguments) throws IOException {
        var options = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                "-Dslf4j.internal.verbosity=WARN"));
        options.addAll(jvm);
        var all = new ArrayList<>(List.of("board"));
        all.addAll(List.of(arguments));
        return Program.java("board", temporary.resolve("board.log"), options, "io.pinstream.sim.Main", all);
    }
}
