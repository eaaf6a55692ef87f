package io.pinstream.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.AgentConfig;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.SensorId;
import io.pinstream.sim.device.Hardware;
import io.pinstream.sim.device.Journal;
import io.pinstream.sim.device.SimulatedDevice;
import io.pinstream.sim.device.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScenarioTest {
    private static final Path SHIPPED = Path.of("..", "deploy", "scenarios");

    @TempDir
    static Path folder;

    private static SimulatedDevice device;

    @BeforeAll
    static void wire() throws IOException {
        var board = Path.of("src", "main", "resources", "board.yaml");
        device = SimulatedDevice.wired(
                AgentConfig.read(board).config().orElseThrow(), new SimulatedDevice.World(folder, 1, 1), Journal.NONE);
    }

    @AfterAll
    static void close() throws IOException {
        device.close();
    }

    @Test
    void saysWhatHappensAndWhenItEnds() {
        var read = read("""
                at 1m: network down for 20s
                at 10s: [probe unplugged for 15s, door opens]
                at 500ms: air.temperature drifts 30/h
                """);

        assertThat(read.problems()).isEmpty();
        var scenario = read.scenario().orElseThrow();
        assertThat(scenario.length()).isEqualTo(Duration.ofSeconds(90));
        assertThat(scenario.steps())
                .extracting(Step::at, Step::action)
                .containsExactly(
                        tuple(500, new Action.Drifts(new SensorId("air"), "temperature", 0.5)),
                        tuple(10_000, new Action.Breaks(new SensorId("probe"), Trouble.UNPLUGGED, true)),
                        tuple(10_000, new Action.Contact(new SensorId("door"), false)),
                        tuple(25_000, new Action.Breaks(new SensorId("probe"), Trouble.UNPLUGGED, false)),
                        tuple(60_000, new Action.Network(false)),
                        tuple(80_000, new Action.Network(true)));
    }

    private static Tuple tuple(long millis, Action action) {
        return Tuple.tuple(Duration.ofMillis(millis), action);
    }

    @Test
    void everyTroubleOfEverySensorHasASentence() {
        for (var one : device.hardware()) {
            for (var trouble : Trouble.of(one)) {
                var read = read("at 1s: %s %s".formatted(one.id(), trouble.text()));
                assertThat(read.problems()).isEmpty();
                assertThat(read.scenario().orElseThrow().steps().getFirst().action())
                        .isEqualTo(new Action.Breaks(one.id(), trouble, true));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at 5s: gate opens | s.yaml:1:1 at 5s: there is no sensor \"gate\"; there is network, air, soil, probe, door, rain, machine",
                "at 5s: probe opens | s.yaml:1:1 at 5s: \"opens\" is nothing that probe does; it can: unplugged, does not answer,",
                "at 5s: door drifts 1/min | door feels nothing that could drift, stick or spike",
                "at 5s: air drifts 1/min | what of air: air.humidity, air.pressure, air.temperature?",
                "at soon: door opens | at soon: must say when as a number with ms, s, m, min or h behind it, such as \"at 30s\"",
                "at 5s: soil browns out for 3s | a brown-out is over at once: leave \"for\" out",
                "at 5s: rain pulses 3 for 3s | cannot last: leave \"for\" out",
                "at 5s: opens | \"opens\" is no sentence: write who and what",
                "after 5s: door opens | after 5s is not a key of a scenario",
                "'{for: 3s, at 5s: door opens}' | for: must not be before the last step, which is at 5 s",
                "'{for: long, at 5s: door opens}' | must be a number with ms, s, m, min or h behind it, but is \"long\"",
                "'{}' | has no step: write one such as \"at 30s: door opens\"",
            })
    void namesEveryProblemWithItsRemedy(String yaml, String problem) {
        var read = read(yaml);

        assertThat(read.scenario()).isEmpty();
        assertThat(read.problems().toString()).contains(problem);
    }

    @Test
    void everyShippedScenarioFitsTheBuiltInBoardAndIsFoundByItsName() throws IOException {
        try (var files = Files.list(SHIPPED)) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                assertThat(Scenario.shipped(name)).as(name).contains(Files.readString(file));
                var read = Scenario.read(ConfigTree.read(file), device.hardware(), Optional.empty());
                assertThat(read.problems()).as(name).isEmpty();
            }
        }
        assertThat(Scenario.shipped("../board.yaml")).isEmpty();
    }

    @Test
    void aNetworkThatCannotBeCutSaysWhy() {
        var read = Scenario.read(
                ConfigTree.parse("s.yaml", "at 1s: network down"), device.hardware(), Optional.of("it is of iron"));

        assertThat(read.problems().toString()).contains("s.yaml:1:1 at 1s: it is of iron");
    }

    @Test
    void chanceIsTheSameForTheSameSeedAndMendsWhatItBreaks() {
        long seed = 20261123;
        var one = chance(device.hardware(), seed);

        assertThat(one).as("seed %d", seed).hasSizeGreaterThan(100).isEqualTo(chance(device.hardware(), seed));
        assertThat(chance(device.hardware(), seed + 1)).isNotEqualTo(one);
        var undone = one.stream().map(step -> step.action().undone()).toList();
        assertThat(one)
                .as("seed %d", seed)
                .filteredOn(step ->
                        step.words().startsWith("by chance") && !step.action().isOverAtOnce())
                .isNotEmpty()
                .allSatisfy(step ->
                        assertThat(undone).contains(step.action().undone().undone()));
        assertThat(one).extracting(Step::action).hasSizeGreaterThan(20);
    }

    private static List<Step> chance(List<Hardware> hardware, long seed) {
        var chance = new Chance(hardware, 10, seed);
        var steps = new ArrayList<Step>();
        for (int minute = 1; minute <= 10; minute++) {
            steps.addAll(chance.until(Duration.ofMinutes(minute)));
        }
        return steps;
    }

    @Test
    void whatTheWorldDoesIsDoneInItsOrderAndCanBeMended() {
        var controls = new Controls(device.hardware(), Optional.empty());
        var scenario = read("""
                at 1s: door closes
                at 2s: [air unplugged for 5s, probe has crc errors]
                """).scenario();
        controls.hold(scenario.orElseThrow());
        var told = new ArrayList<String>();
        var player = new Player(scenario, Optional.empty(), controls, step -> told.add(step.words()));
        var air = device.hardware().getFirst();
        var door = new SensorId("door");

        assertThat(controls.isClosed(door))
                .as("what closes first was open before")
                .isFalse();
        player.step(Duration.ofSeconds(1));
        assertThat(controls.isClosed(door)).isTrue();
        player.step(Duration.ofSeconds(4));
        assertThat(air.troubles()).containsExactly("unplugged");
        player.step(Duration.ofSeconds(8));
        assertThat(air.troubles()).isEmpty();
        assertThat(told)
                .containsExactly(
                        "door closes", "air unplugged for 5s", "probe has crc errors", "end of: air unplugged");
        controls.mendAll();
        assertThat(device.hardware())
                .allSatisfy(one -> assertThat(one.troubles()).isEmpty());
    }

    private static Scenario.Read read(String yaml) {
        return Scenario.read(ConfigTree.parse("s.yaml", yaml), device.hardware(), Optional.empty());
    }
}
