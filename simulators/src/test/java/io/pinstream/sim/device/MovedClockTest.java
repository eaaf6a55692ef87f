package io.pinstream.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.link.MqttSession;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.signal.WorldTime;
import io.pinstream.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole agent on a board without a battery clock: it boots in 1970, its clock is set, and then moved by hand
/// as no NTP would dare.
final class MovedClockTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final int FAN = 18;

    @TempDir
    Path folder;

    private final MovableTime time = new MovableTime();
    private final List<Event> taken = new CopyOnWriteArrayList<>();

    /// The machine's monotonic clock, and a wall clock that a test sets.
    private static final class MovableTime implements TimeSource {
        private final TimeSource machine = TimeSource.system();
        private volatile Instant origin = Instant.EPOCH.minusNanos(machine.nanos());

        /// The wall time is this from now on.
        void set(Instant now) {
            origin = now.minusNanos(machine.nanos());
        }

        @Override
        public long nanos() {
            return machine.nanos();
        }

        @Override
        public Instant instant() {
            return origin.plusNanos(machine.nanos());
        }
    }

    @Test
    void readsRulesAndWritesDownWhateverHappensToTheWallClock() throws Exception {
        var kernel = Files.createDirectories(folder.resolve("kernel"));
        try (var simulated = SimulatedBoard.open(kernel, WorldTime.from(NOON, 1, time::nanos), time);
                var board = Board.of(simulated.context(), new KernelFiles(kernel), time)) {
            var config = config();
            var world = new SimulatedDevice.World(kernel, 1, 1);
            Wiring.wire(simulated, board, config.sensors(), world, Journal.NONE);
            try (var agent = EdgeAgent.start(
                    config, new EdgeAgent.World(board, time, new Random(1), MqttSession.byPaho(), watch()))) {
                // Given a boot without a clock, and a door that opens: the device's own rule does not need one
                await().atMost(LIMIT).until(() -> count("air") > 10 && count("fan") > 0);
                simulated.line(17).set(true);
                await().atMost(LIMIT).until(() -> !simulated.line(FAN).isHigh());
                await().atMost(LIMIT).until(() -> count("fan") == 2 && count("door") > 1);
                assertThat(taken)
                        .allSatisfy(event -> assertThat(event.quality()).isEqualTo(Quality.of(Flaw.TIME_UNKNOWN)));

                // When NTP sets it, a person sets it back by two days, and NTP sets it right again
                var steps = List.of(NOON, NOON.minus(Duration.ofDays(2)), NOON.plus(Duration.ofMinutes(1)));
                for (var step : steps) {
                    int before = taken.size();
                    time.set(step);
                    await().atMost(LIMIT).until(() -> airBehind(before) >= 20);

                    // Then readings go on at once, and are written down by what the clock says now; those that were
                    // under way at the step may still have the time before
                    var fresh = taken.subList(before, taken.size()).stream()
                            .filter(event -> event.sensor().value().equals("air"))
                            .skip(2)
                            .toList();
                    assertThat(fresh).allSatisfy(event -> {
                        assertThat(event.quality()).isEqualTo(Quality.GOOD);
                        assertThat(event.time()).isCloseTo(step, within(LIMIT.toSeconds(), ChronoUnit.SECONDS));
                    });
                    assertThat(fresh).extracting(Event::time).isSorted().doesNotHaveDuplicates();
                }

                // And nothing that is measured by duration was moved: no sensor fell silent, no rule began or ended
                assertThat(taken).noneMatch(event -> event.quality().flaws().contains(Flaw.STALE));
                assertThat(count("fan")).isEqualTo(2);
                simulated.line(17).set(false);
                await().atMost(LIMIT).until(() -> simulated.line(FAN).isHigh());
                assertThat(agent.figures().rows()).isPositive();
            }
        }
    }

    private AgentConfig config() throws Exception {
        var file = folder.resolve("agent.yaml");
        Files.writeString(file, """
                device: no-battery
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: '%s'}
                sensors:
                  air: {type: bme280, every: 20ms, rules: {stale-after: 20s}}
                  door: {type: contact, line: 17, pull: down, active-low: false, debounce: 0}
                actuators:
                  fan: {type: relay, line: %d}
                rules:
                  - when door.active is true then fan on
                """.formatted(folder.resolve("outbox"), FAN));
        var read = AgentConfig.read(file);
        assertThat(read.problems()).isEmpty();
        return read.config().orElseThrow();
    }

    private AgentWatch watch() {
        return new AgentWatch() {
            @Override
            public void eventTaken(Event event) {
                taken.add(event);
            }
        };
    }

    private long count(String sensor) {
        return taken.stream()
                .filter(event -> event.sensor().value().equals(sensor))
                .count();
    }

    private long airBehind(int before) {
        return taken.stream()
                .skip(before)
                .filter(event -> event.sensor().value().equals("air"))
                .count();
    }
}
