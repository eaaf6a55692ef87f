package io.pinstream.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Value;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.signal.Disturbed;
import io.pinstream.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole agent that rules a fan, with no broker at all.
final class RuledDeviceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int FAN = 18;

    @TempDir
    Path folder;

    private final List<Event> taken = new CopyOnWriteArrayList<>();

    @Test
    void switchesByItsOwnRulesWithoutANetworkAndSaysSo() throws Exception {
        var config = read("""
                device: ruled
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: '%s'}
                sensors:
                  air: {type: bme280, every: 20ms, rules: {aggregate: 200ms, stale-after: 1s}}
                actuators:
                  fan: {type: relay, line: 18}
                  vent: {type: pwm, safe: 10}
                rules:
                  - when air.temperature > 40 for 100ms then fan on until air.temperature < 38
                  - when air.temperature > 40 then vent 40%%
                """.formatted(folder.resolve("outbox")));
        var time = TimeSource.system();
        try (var simulated = SimulatedBoard.open(folder.resolve("kernel"), time::instant, time);
                var board = Board.of(simulated.context(), new KernelFiles(folder.resolve("kernel")), time)) {
            var world = new SimulatedDevice.World(folder.resolve("kernel"), 1, 1);
            var air = Wiring.wire(simulated, board, config.sensors(), world, Journal.NONE)
                    .getFirst();
            var watch = new AgentWatch() {
                @Override
                public void eventTaken(Event event) {
                    taken.add(event);
                }
            };
            try (var agent = EdgeAgent.start(config, EdgeAgent.World.of(board, watch))) {
                // Given: off, which is high with a relay board
                await().atMost(LIMIT)
                        .until(() -> sent("fan").size() == 1 && sent("vent").size() == 1);
                assertThat(simulated.line(FAN).isHigh()).isTrue();
                assertThat(text(sent("fan").getFirst(), "cause")).isEqualTo("start");
                assertThat(figure(sent("vent").getFirst(), "ratio")).isEqualTo(0.1);
                await().atMost(LIMIT).until(() -> !sent("air").isEmpty());

                // When it becomes hot
                heat(air).spike(50);

                // Then
                await().atMost(LIMIT).until(() -> !simulated.line(FAN).isHigh());
                await().atMost(LIMIT)
                        .until(() -> sent("fan").size() == 2 && sent("vent").size() == 2);
                assertThat(text(sent("fan").get(1), "cause")).startsWith("when air.temperature > 40 for 100ms then");
                assertThat(figure(sent("vent").get(1), "ratio")).isEqualTo(0.4);

                // When it cools down
                heat(air).endSpike();
                await().atMost(LIMIT).until(() -> simulated.line(FAN).isHigh());
                await().atMost(LIMIT).until(() -> sent("vent").size() == 3);
                assertThat(figure(sent("vent").getLast(), "ratio")).isEqualTo(0.1);

                // When the sensor falls silent
                Trouble.STUCK_BUS.begin(air);
                await().atMost(LIMIT)
                        .until(() -> sent("air").stream()
                                .anyMatch(event -> event.quality().equals(Quality.of(Flaw.STALE))));
                Trouble.STUCK_BUS.end(air);

                assertThat(sent("air"))
                        .filteredOn(event -> event.quality().isGood())
                        .allSatisfy(
                                event -> assertThat(figure(event, "readings")).isPositive());
                assertThat(agent.figures().rows()).isPositive();
            }
        }
    }

    @Test
    void anActuatorThatIsNotThereIsSaidAndTheRestGoesOn() throws Exception {
        var config = read("""
                device: ruled
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: '%s'}
                sensors: {door: {type: contact, line: 18}}
                actuators: {fan: {type: relay, line: 18}}
                rules: [when door.active is true then fan on]
                """.formatted(folder.resolve("outbox")));
        var time = TimeSource.system();
        try (var simulated = SimulatedBoard.open(folder.resolve("kernel"), time::instant, time);
                var board = Board.of(simulated.context(), new KernelFiles(folder.resolve("kernel")), time);
                var held = board.input(FAN, io.pinstream.agent.board.Pull.UP, Duration.ZERO)) {
            assertThat(held).isNotNull();
            var watch = new AgentWatch() {
                @Override
                public void eventTaken(Event event) {
                    taken.add(event);
                }
            };
            try (var agent = EdgeAgent.start(config, EdgeAgent.World.of(board, watch))) {
                await().atMost(LIMIT).until(() -> !sent("fan").isEmpty());
                assertThat(sent("fan").getFirst().quality()).isEqualTo(Quality.of(Flaw.NO_ANSWER));
                assertThat(text(sent("fan").getFirst(), "fault")).startsWith("line 18 cannot be set to 0 %");
                assertThat(agent.figures()).isNotNull();
            }
        }
    }

    private AgentConfig read(String yaml) throws Exception {
        Files.createDirectories(folder.resolve("kernel"));
        var file = folder.resolve("agent.yaml");
        Files.writeString(file, yaml);
        var read = AgentConfig.read(file);
        assertThat(read.problems()).isEmpty();
        return read.config().orElseThrow();
    }

    private static Disturbed heat(Hardware air) {
        return air.signals().get("temperature");
    }

    private List<Event> sent(String sensor) {
        return taken.stream()
                .filter(event -> event.sensor().value().equals(sensor))
                .toList();
    }

    private static double figure(Event event, String quantity) {
        return ((Value.Decimal) value(event, quantity)).number();
    }

    private static String text(Event event, String quantity) {
        return ((Value.Text) value(event, quantity)).text();
    }

    private static Value value(Event event, String quantity) {
        return event.measurements().stream()
                .filter(measurement -> measurement.quantity().name().equals(quantity))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
