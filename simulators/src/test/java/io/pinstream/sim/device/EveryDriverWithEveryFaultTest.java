package io.pinstream.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Value;
import io.pinstream.sim.board.Connection;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.signal.WorldTime;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every sensor type of the example configuration, with everything that can go wrong with it. Generated: a new
/// driver stands in the example, because another test wants it there, and is so walked as well.
final class EveryDriverWithEveryFaultTest {
    private static final Path EXAMPLE = Path.of("..", "deploy", "agent.example.yaml");
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(20);
    private static final long SEED = 20261123;

    /// So many readings may pass until a fault is said, and until all is well again.
    private static final int BOUND = 4;

    private static final int WHILE_IT_LASTS = 6;
    private static final int BRIEFLY = 2;

    @TempDir
    Path folder;

    @Test
    void walksEveryDriverThatThereIs() {
        var all = Stream.of(DriverConfig.class.getPermittedSubclasses()).map(Class::getSimpleName);

        assertThat(sensors())
                .extracting(sensor -> sensor.driver().getClass().getSimpleName())
                .containsAll(all.toList());
    }

    @TestFactory
    Stream<DynamicNode> everyFaultIsSaidAndMended() {
        return sensors().stream()
                .map(sensor -> dynamicContainer(
                        sensor.driver().type() + " (" + sensor.id() + ")",
                        Stream.of(dynamicTest("with everything that can happen to it", () -> walk(sensor)))));
    }

    private void walk(SensorConfig sensor) throws Exception {
        try (var bench = new OneSensor(folder.resolve(sensor.id().toString()), sensor)) {
            var hardware = bench.hardware;
            var troubles = Trouble.of(hardware);
            if (troubles.isEmpty()) {
                assertThat(Expectation.UNBROKEN)
                        .as("types that nothing can happen to")
                        .containsKey(sensor.driver().type());
            }
            boolean slow = Expectation.SLOW.contains(sensor.driver().type());
            var last = bench.goodWithin(BOUND, "at first");
            for (var trouble : troubles) {
                var before = last; // of this trouble: the weather goes on meanwhile
                var expected = Expectation.of(hardware, trouble);
                var what = "%s that %s, seed %d".formatted(sensor.driver().type(), trouble.text(), SEED);

                trouble.begin(hardware);
                assertThat(trouble.isOn(hardware)).as(what).isEqualTo(trouble != Trouble.BROWN_OUT);
                if (Expectation.SEEN_BY_CONVERTING.contains(trouble)) {
                    await().until(() -> !bench.read().quality().isGood());
                }
                assertThat(bench.readings(slow ? BRIEFLY : WHILE_IT_LASTS))
                        .as(what)
                        .allSatisfy(reading -> {
                            if (expected.orAnything().isEmpty()) {
                                assertFits(reading, expected, before);
                            }
                        });
                trouble.end(hardware);

                assertThat(trouble.isOn(hardware)).as(what).isFalse();
                if (Expectation.SEEN_BY_CONVERTING.contains(trouble)) {
                    await().until(() -> bench.read().quality().isGood());
                }
                var after = bench.goodWithin(BOUND, "after " + what);
                assertThat(after.isLike(before))
                        .as("%s: before %s, after %s", what, before, after)
                        .isTrue();
                last = after;
            }
            if (hardware.lines().isEmpty()) { // a line is moved by hand here
                for (var quantity : hardware.signals().keySet()) {
                    assertFollows(bench, quantity);
                }
            }
        }
    }

    private static void assertFits(Outcome reading, Expectation expected, Outcome before) {
        if (reading.quality().isGood()) {
            assertThat(expected.orRight()).as("a good reading: %s", reading).isTrue();
            assertThat(reading.isLike(before))
                    .as("%s is like %s", reading, before)
                    .isTrue();
        } else {
            assertThat(expected.flaws())
                    .as("%s", reading)
                    .containsAll(reading.quality().flaws());
        }
    }

    /// A world that lies is no fault that a driver could see: the value follows, and comes back.
    private static void assertFollows(OneSensor bench, String quantity) throws Exception {
        var signal = bench.hardware.signals().get(quantity);
        var before = bench.goodWithin(BOUND, "before " + quantity + " is disturbed");
        signal.stick();
        var stuck = bench.goodWithin(BOUND, quantity + " sticks");
        assertThat(stuck.only(quantity).isLike(before.only(quantity)))
                .as("%s stuck: %s, %s", quantity, before, stuck)
                .isTrue();
        signal.release();
        signal.spike(1e9);
        // A chip that converts by itself shows it with its next conversion.
        await().untilAsserted(() -> assertThat(bench.read().only(quantity).isLike(before.only(quantity)))
                .as("a %s that is beyond everything", quantity)
                .isFalse());
        signal.endSpike();
        await().untilAsserted(() -> assertThat(bench.read().quality().isGood())
                .as("good after %s was disturbed", quantity)
                .isTrue());
    }

    private static List<SensorConfig> sensors() {
        return AgentConfig.read(EXAMPLE).config().orElseThrow().sensors();
    }

    /// What came of one reading.
    ///
    /// @param figures by quantity; none where it failed
    private record Outcome(Quality quality, Map<String, Double> figures, String said) {
        static Outcome of(List<Measurement> measurements, Quality quality) {
            var figures = new TreeMap<String, Double>();
            for (var measurement : measurements) {
                switch (measurement.value()) {
                    case Value.Decimal(double number) ->
                        figures.put(measurement.quantity().name(), number);
                    case Value.Truth(boolean truth) ->
                        figures.put(measurement.quantity().name(), truth ? 1.0 : 0.0);
                    case Value.Text _ -> {
                        // Only failures have words.
                    }
                }
            }
            return new Outcome(quality, figures, "");
        }

        Outcome only(String quantity) {
            var one = new TreeMap<>(figures);
            one.keySet().retainAll(List.of(quantity));
            return new Outcome(quality, one, said);
        }

        /// The same but for the world's own restlessness.
        boolean isLike(Outcome other) {
            return figures.keySet().equals(other.figures.keySet())
                    && figures.entrySet().stream().allMatch(figure -> {
                        double theirs = other.figures.get(figure.getKey());
                        return Math.abs(figure.getValue() - theirs) <= Math.max(1, Math.abs(theirs) * 0.05);
                    });
        }
    }

    /// One sensor on a board of its own.
    private static final class OneSensor implements AutoCloseable {
        private final SimulatedBoard simulated;
        private final Hardware hardware;
        private final Driver driver;
        private final List<List<Measurement>> heard = new CopyOnWriteArrayList<>();
        private boolean closedContact;

        OneSensor(Path root, SensorConfig sensor) throws Exception {
            java.nio.file.Files.createDirectories(root);
            var time = TimeSource.system();
            double speed = Expectation.SLOW.contains(sensor.driver().type()) ? 25 : 1;
            var world = WorldTime.from(Instant.parse("2026-11-23T12:00:00Z"), speed, time::nanos);
            simulated = SimulatedBoard.open(root, world, time, SHORT_TIMEOUT);
            var board = Board.of(simulated.context(), new KernelFiles(root), simulated.serialPorts(), time);
            hardware = Wiring.wire(
                            simulated, board, List.of(sensor), new SimulatedDevice.World(root, SEED, 1), Journal.NONE)
                    .getFirst();
            hardware.lines().forEach(line -> line.line().hold());
            driver = sensor.driver().openLate(board);
            if (driver instanceof Driver.EdgeDriven speaking) {
                speaking.listen((measurements, _, _) -> heard.add(measurements));
            }
        }

        Outcome goodWithin(int readings, String when) throws Exception {
            var all = new ArrayList<Outcome>();
            for (int i = 0; i < readings; i++) {
                all.add(read());
                if (all.getLast().quality().isGood()) {
                    return all.getLast();
                }
            }
            throw new AssertionError("not good within %d readings %s: %s".formatted(readings, when, all));
        }

        List<Outcome> readings(int count) throws Exception {
            var all = new ArrayList<Outcome>();
            for (int i = 0; i < count; i++) {
                all.add(read());
            }
            return all;
        }

        private Outcome read() throws IOException, InterruptedException {
            simulated.step();
            try {
                return switch (driver) {
                    case Driver.Polled asked -> {
                        var reading = asked.read();
                        yield Outcome.of(reading.measurements(), reading.quality());
                    }
                    case Driver.EdgeDriven speaking -> move(speaking);
                };
            } catch (ReadFailed failed) {
                return new Outcome(Quality.of(failed.flaw()), Map.of(), String.valueOf(failed.getMessage()));
            }
        }

        /// A reading of a line: it is moved, and each move must be heard once; whether it was is the figure.
        private Outcome move(Driver.EdgeDriven speaking) throws ReadFailed {
            speaking.check();
            var lines = hardware.lines().stream().map(Connection.Line::line).toList();
            boolean connected = lines.stream().allMatch(SimulatedLine::isConnected);
            int before = heard.size();
            if (lines.size() == 1) {
                lines.getFirst().set(closedContact);
                closedContact = !closedContact;
                lines.getFirst().set(closedContact);
            } else { // in quadrature: forth and back is one detent
                lines.forEach(line -> line.set(false));
                lines.forEach(line -> line.set(true));
            }
            if (connected
                    && !Expectation.HOLDING.contains(hardware.sensor().driver().type())) {
                await().until(() -> heard.size() >= before + 1);
            }
            return new Outcome(Quality.GOOD, Map.of("moves", heard.size() - before > 2 ? 99.0 : 1.0), "");
        }

        @Override
        public void close() {
            driver.close();
            simulated.close();
        }
    }
}
