package io.pinstream.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.chip.Bme280Chip;
import io.pinstream.sim.chip.Faults;
import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.Nak;
import io.pinstream.sim.signal.Signal;
import io.pinstream.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What one bus must not do to another, and one sensor not to another on the same bus.
final class BusesApartTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int READINGS = 50;

    @TempDir
    Path folder;

    @Test
    void aHungBusDoesNotStopTheOthers() throws Exception {
        // Given an agent without a broker, and sensors on two buses
        var file = folder.resolve("agent.yaml");
        Files.writeString(file, """
                device: two-buses
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: '%s'}
                sensors:
                  attic: {type: bme280, bus: 1, every: 20ms}
                  cellar: {type: bme280, bus: 3, every: 20ms}
                """.formatted(folder.resolve("outbox")));
        var config = AgentConfig.read(file).config().orElseThrow();
        var taken = new CopyOnWriteArrayList<Event>();
        var watch = new AgentWatch() {
            @Override
            public void eventTaken(Event event) {
                taken.add(event);
            }
        };
        var world = new SimulatedDevice.World(folder.resolve("kernel"), 1, 1);
        try (var device = SimulatedDevice.start(config, world, Journal.NONE, watch)) {
            await().atMost(LIMIT).until(() -> good(taken, "attic") > 0 && good(taken, "cellar") > 0);
            var attic = device.hardware().getFirst();

            // When
            Trouble.STUCK_BUS.begin(attic);
            await().atMost(LIMIT)
                    .until(() -> taken.stream()
                            .anyMatch(event -> event.sensor().value().equals("attic")
                                    && event.quality().equals(Quality.of(Flaw.NO_ANSWER))));
            long before = good(taken, "cellar");

            // Then
            await().atMost(LIMIT).until(() -> good(taken, "cellar") >= before + 20);
            assertThat(taken)
                    .filteredOn(event -> event.sensor().value().equals("cellar"))
                    .allSatisfy(event -> assertThat(event.quality()).isEqualTo(Quality.GOOD));

            // When it is mended
            long hung = good(taken, "attic");
            Trouble.STUCK_BUS.end(attic);
            await().atMost(LIMIT.multipliedBy(2)).until(() -> good(taken, "attic") > hung);
        }
    }

    private static long good(List<Event> taken, String sensor) {
        return taken.stream()
                .filter(event ->
                        event.sensor().value().equals(sensor) && event.quality().isGood())
                .count();
    }

    @Test
    void twoSensorsOnOneBusNeverInterleave() throws Exception {
        // Given
        var transfers = new CopyOnWriteArrayList<String>();
        var time = TimeSource.system();
        try (var board = SimulatedBoard.open(folder, time::instant, time);
                var threads = Executors.newFixedThreadPool(2)) {
            board.attach(1, 0x76, new Slow("one", chip(time), transfers));
            board.attach(1, 0x77, new Slow("two", chip(time), transfers));
            var pins = Board.of(board.context(), new KernelFiles(folder), time);

            // When both are read at the same time
            var one = threads.submit(reading(pins, 0x76));
            var two = threads.submit(reading(pins, 0x77));
            assertThat(one.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(READINGS);
            assertThat(two.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(READINGS);
        }

        // Then no transfer began inside another, and nobody came between a register's number and its value
        for (int i = 0; i < transfers.size(); i += 2) {
            assertThat(transfers.get(i)).startsWith("begin ");
            var transfer = transfers.get(i).substring("begin ".length());
            assertThat(transfers.get(i + 1)).isEqualTo("end " + transfer);
            if (transfer.endsWith("points")) {
                assertThat(transfers.get(i + 2)).isEqualTo("begin " + transfer.replace("points", "reads"));
            }
        }
        assertThat(transfers)
                .anyMatch(transfer -> transfer.contains("one"))
                .anyMatch(transfer -> transfer.contains("two"));
    }

    private static Bme280Chip chip(TimeSource time) {
        var air = new Bme280Chip.Air(Signal.constant(20), Signal.constant(50), Signal.constant(100_000));
        return Bme280Chip.bme280(air, time::instant);
    }

    private static Callable<Integer> reading(Board pins, int address) {
        return () -> {
            int good = 0;
            try (var driver = (Driver.Polled) new Bme280Config(1, address).open(pins)) {
                for (int i = 0; i < READINGS; i++) {
                    good += driver.read().quality().isGood() ? 1 : 0;
                }
            }
            return good;
        };
    }

    /// A chip whose transfers take long enough for another thread to get between, if it can.
    private record Slow(String name, I2cChip chip, List<String> transfers) implements I2cChip {
        @Override
        public void write(byte[] bytes) throws Nak {
            var what = name + (bytes.length == 1 ? " points" : " writes");
            transfers.add("begin " + what);
            Thread.yield();
            chip.write(bytes);
            transfers.add("end " + what);
        }

        @Override
        public byte[] read(int length) throws Nak {
            transfers.add("begin " + name + " reads");
            Thread.yield();
            var bytes = chip.read(length);
            transfers.add("end " + name + " reads");
            return bytes;
        }

        @Override
        public Faults faults() {
            return chip.faults();
        }
    }
}
