package io.pinstream.agent.linux;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Looks for the largest rate of edges at which none is missed: a program, not a test. `taskset -c 1 java -cp …
/// io.pinstream.agent.linux.EdgeRate` keeps it on one core.
///
/// One line of a [FakeGpioChip], which numbers edges and drops the oldest from a full buffer as the kernel does,
/// through the whole agent into an outbox on the disk. Who moves the line runs on the same core. There is no
/// broker, so nothing is sent.
final class EdgeRate {
    private static final TimeSource TIME = TimeSource.system();
    private static final int LINE = 17;
    private static final long TICK = 1_000_000; // nanoseconds
    private static final long SECONDS = 10;
    private static final long PATIENCE = 10_000_000_000L; // nanoseconds
    private static final List<Integer> RATES = List.of(1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 50_000, 80_000);

    private final LongAdder taken = new LongAdder();
    private final LongAdder missed = new LongAdder();

    private EdgeRate() {}

    public static void main(String[] arguments) throws IOException {
        for (int rate : RATES) {
            var folder = Files.createTempDirectory("edge-rate");
            if (!new EdgeRate().isKept(rate, folder)) {
                return;
            }
        }
    }

    private boolean isKept(int rate, Path folder) throws IOException {
        var file =
                Files.writeString(folder.resolve("agent.yaml"), """
                device: edges
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: "%s"}
                state: "%s"
                packs: {events: 500}
                sensors:
                  wheel: {type: contact, line: %d, debounce: 0s}
                """.formatted(folder.resolve("outbox"), folder, LINE));
        var read = AgentConfig.read(file);
        read.problems().forEach(System.err::println);
        long moved;
        try (var bench = new LinuxBench(folder.resolve("root"))) {
            var chip = bench.chip(0, "pinctrl-bcm2835", LINE + 1);
            var agent = EdgeAgent.start(read.config().orElseThrow(), EdgeAgent.World.of(bench.board, new Counting()));
            try (agent) {
                await(1); // the level at the start is an event, too
                moved = move(chip, rate);
                await(moved + 1); // what waits has been heard, and is on its way
            } // and what was heard comes to the disk
            System.out.printf(
                    "%,7d edges/s wanted: %,9d moved in %d s, %,9d in the outbox, %d times edges were missed%n",
                    rate, moved, SECONDS, agent.figures().appendedEvents() - 1, missed.sum());
            return missed.sum() == 0 && taken.sum() == moved + 1 && moved >= rate * SECONDS * 0.98;
        }
    }

    private void await(long events) {
        long end = TIME.nanos() + PATIENCE;
        while (taken.sum() < events && TIME.nanos() < end) {
            LockSupport.parkNanos(TICK);
        }
    }

    /// Moves the line for ten seconds, a few times each millisecond.
    private static long move(FakeGpioChip chip, int rate) {
        long begun = TIME.nanos();
        long moved = 0;
        long passed;
        do {
            passed = TIME.nanos() - begun;
            for (long due = Math.min(passed, SECONDS * 1_000_000_000L) * rate / 1_000_000_000L; moved < due; moved++) {
                chip.edge(LINE, moved % 2 == 0, TIME.nanos());
            }
            LockSupport.parkNanos(TICK);
        } while (passed < SECONDS * 1_000_000_000L);
        return moved;
    }

    private final class Counting implements AgentWatch {
        @Override
        public void eventTaken(Event event) {
            if (event.kind() == Event.Kind.EDGE) {
                taken.increment();
                if (event.quality().flaws().contains(Flaw.EDGES_MISSED)) {
                    missed.increment();
                }
            }
        }
    }
}
