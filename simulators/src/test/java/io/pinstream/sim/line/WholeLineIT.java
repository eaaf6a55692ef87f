package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.outbox.OutboxReport;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Agent on simulated chips → broker → hub → Kafka, each a process of its own; what Kafka has is compared, event
/// by event, with what the chips have shown.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WholeLineIT {
    private static final String SENSORS = """
            packs: {linger: 100ms}
            sensors:
              air: {type: bme280, every: 50ms}
              battery: {type: ads1115, every: 40ms, rate: 860}
              soil: {type: mcp3008, channel: 2, every: 30ms}
              door: {type: contact, line: 17}
            """;
    /// Which field of the event has what the chip's journal has, and how exactly the chip can tell it.
    private static final Map<String, Map.Entry<String, Double>> FIELDS = Map.of(
            "air", Map.entry("temperature", 0.02),
            "battery", Map.entry("voltage", 0.001),
            "soil", Map.entry("voltage", 3.3 / 1024));
    /// Readings that a killed agent may have taken and not yet accepted: those of the linger time, the loss
    /// window and the time between a chip's answer and the flow, at 30 ms each.
    private static final int UNACCEPTED = 60;

    @TempDir
    static Path temporary;

    private static Stage stage;

    @BeforeAll
    static void start() throws IOException {
        stage = new Stage(temporary);
    }

    @AfterAll
    static void end() {
        stage.close();
    }

    @Test
    void whatTheChipsShowIsInKafkaEventByEvent() throws Exception {
        // Given
        var hub = stage.hub("");
        hub.awaitOutput("lane is open lane=3");
        var runs = new ArrayList<Run>();

        // When
        var board = startBoard("calm", runs);
        awaitShown(runs.getLast(), 300);
        runs.add(ended(runs.removeLast(), board.stop()));

        // Then
        assertThat(compare("calm", runs, 1)).isGreaterThan(300);
        assertClean(hub);
        assertThat(hub.stop()).isIn(0, 143);
    }

    @Test
    void nothingIsLostOrTwiceWhenAgentAndHubsAreKilled() throws Exception {
        // Given two hubs that share the lanes
        long seed = 20261123;
        var random = new SplittableRandom(seed);
        var hubs = new ArrayList<>(List.of(stage.hub(""), stage.hub("")));
        var runs = new ArrayList<Run>();

        // When
        for (int kill = 0; kill < 4; kill++) {
            var board = startBoard("restless", runs);
            awaitShown(runs.getLast(), 60 + random.nextInt(120));
            var victim = hubs.remove(random.nextInt(hubs.size()));
            victim.kill();
            hubs.add(stage.hub(""));
            awaitShown(runs.getLast(), 200 + random.nextInt(100));
            board.kill();
            runs.add(ended(runs.removeLast(), 0));
        }
        var last = startBoard("restless", runs);
        awaitShown(runs.getLast(), 100);
        awaitEmptyOutbox("restless");
        runs.add(ended(runs.removeLast(), last.stop()));

        // Then
        assertThat(compare("restless", runs, UNACCEPTED)).as("seed %d", seed).isGreaterThan(800);
        assertClean(hubs.getLast());
        for (var hub : hubs) {
            hub.stop();
        }
    }

    @Test
    void nothingIsLostOrTwiceWhenABrokerWithoutMemoryRestarts() throws Exception {
        // Given
        var hub = stage.hub("");
        hub.awaitOutput("lane is open lane=3");
        var runs = new ArrayList<Run>();
        var board = startBoard("patient", runs);

        // When
        for (int i = 1; i <= 3; i++) {
            awaitShown(runs.getLast(), 150 * i);
            stage.killBroker();
            awaitShown(runs.getLast(), 150 * i + 60);
            stage.startBroker();
        }
        awaitShown(runs.getLast(), 600);
        awaitEmptyOutbox("patient");
        runs.add(ended(runs.removeLast(), board.stop()));

        // Then
        assertThat(compare("patient", runs, 1)).isGreaterThan(600);
        assertThat(board.output()).contains("link is lost").contains("link is back");
        assertClean(hub);
        hub.stop();
    }

    private static Program startBoard(String device, List<Run> runs) throws IOException {
        var journal = temporary.resolve("journal-%s-%d".formatted(device, runs.size()));
        Files.createFile(journal);
        runs.add(new Run(journal, Instant.MAX));
        return stage.board(device, SENSORS, journal);
    }

    private static Run ended(Run run, int exit) {
        assertThat(exit).isIn(0, 143);
        return new Run(run.journal(), TimeSource.system().instant());
    }

    private static void awaitShown(Run run, int lines) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(
                        () -> assertThat(Files.readAllLines(run.journal())).hasSizeGreaterThan(lines));
    }

    /// Waits until the hub has answered for everything that waits now and then: the outbox was empty once.
    private static void awaitEmptyOutbox(String device) {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(OutboxReport.read(temporary.resolve("outbox-" + device))
                                        .lastRow()
                                - OutboxReport.read(temporary.resolve("outbox-" + device))
                                        .acked())
                        .isLessThan(40));
    }

    /// Compares every sensor's events with what its chip showed, run by run.
    ///
    /// @param unaccepted how many readings at the end of a run may not have been accepted
    /// @return how many events there are
    private static int compare(String device, List<Run> runs, int unaccepted) throws Exception {
        var events = Committed.of(stage, device);
        assertThat(events).extracting(Committed::id).doesNotHaveDuplicates();
        assertThat(events).allMatch(event -> event.quality().equals("good"));
        var begin = Instant.MIN;
        for (var run : runs) {
            var from = begin;
            var shown = run.shown();
            for (var field : FIELDS.entrySet()) {
                var what = "%s of %s until %s, outbox %s"
                        .formatted(
                                field.getKey(),
                                device,
                                run.end(),
                                OutboxReport.read(temporary.resolve("outbox-" + device))
                                        .text());
                var committed = numbers(events, field.getKey(), field.getValue().getKey(), from, run.end());
                var expected = shown.get(field.getKey());
                for (int i = 0; i < Math.min(committed.size(), expected.size()); i++) {
                    assertThat(committed.get(i))
                            .as("%s, reading %d", what, i)
                            .isCloseTo(
                                    expected.get(i),
                                    Offset.offset(field.getValue().getValue()));
                }
                assertThat(committed.size()).as(what).isBetween(expected.size() - unaccepted, expected.size());
            }
            compareEdges(
                    numbers(events, "door", "active", from, run.end()),
                    shown.getOrDefault("door", List.of()),
                    unaccepted);
            begin = run.end();
        }
        return events.size();
    }

    /// Of the line there is first its state when the agent began to listen, then every edge. It is active when
    /// low. An edge after the line was opened and before the agent listened is in that state and no event of its
    /// own.
    private static void compareEdges(List<Double> committed, List<Double> told, int unaccepted) {
        var expected = told.stream().map(high -> 1 - high).toList();
        assertThat(committed).isNotEmpty();
        var edges = committed.subList(1, committed.size());
        boolean inState = !expected.isEmpty() && committed.getFirst().equals(expected.getFirst());
        expected = inState ? expected.subList(1, expected.size()) : expected;
        assertThat(edges.size()).isBetween(expected.size() - unaccepted, expected.size());
        assertThat(edges).isEqualTo(expected.subList(0, edges.size()));
    }

    private static List<Double> numbers(List<Committed> events, String sensor, String field, Instant from, Instant to) {
        return events.stream()
                .filter(event -> event.sensor().equals(sensor))
                .filter(event -> event.time().isAfter(from) && !event.time().isAfter(to))
                .map(event -> event.number(field))
                .toList();
    }

    private static void assertClean(Program hub) throws Exception {
        assertThat(stage.audit()).contains("\"clean\":true").contains("\"gaps\":0,\"duplicates\":0,\"out_of_order\":0");
        assertThat(new String(hub.output().getBytes(UTF_8), UTF_8))
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
    }
}
