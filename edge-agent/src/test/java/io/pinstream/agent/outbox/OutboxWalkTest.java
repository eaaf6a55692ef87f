package io.pinstream.agent.outbox;

import static io.pinstream.agent.outbox.Packs.DEVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.pinstream.agent.outbox.FileOutbox.Config;
import io.pinstream.agent.outbox.FileOutbox.Durability;
import io.pinstream.agent.outbox.FileOutbox.WhenFull;
import io.pinstream.agent.outbox.Outbox.Appended;
import io.pinstream.agent.outbox.Outbox.Entry;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.delivery.Courier.Memory;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random walks of an outbox over a disk that fails and loses its power, checked against a model. A failure names its
/// seed; `-Dseed=N` walks that one alone, `-Dwalks=N` walks more.
class OutboxWalkTest {
    private static final Owner OWNER = new Owner(DEVICE, Optional.empty());

    @TempDir
    Path temporary;

    @Test
    void keepsEveryDurableRowOrNamesIt() throws IOException {
        long only = Long.getLong("seed", -1);
        long walks = Long.getLong("walks", 150);
        long powerCuts = 0;
        long dropped = 0;
        for (long seed = Math.max(only, 0); seed < (only >= 0 ? only + 1 : walks); seed++) {
            try {
                var walk = new Walk(seed, temporary.resolve("walk-" + seed));
                walk.run();
                powerCuts += walk.powerCuts;
                dropped += walk.dropped;
            } catch (AssertionError | RuntimeException | IOException failure) {
                fail("walk of seed " + seed, failure);
            }
        }
        if (only < 0) {
            assertThat(powerCuts).as("power cuts").isGreaterThan(walks);
            assertThat(dropped).as("dropped events").isGreaterThan(walks);
        }
    }

    private static final class Walk {
        private final SplittableRandom random;
        private final Path folder;
        private final Durability durability;
        /// What every durable row that is not acknowledged must hold.
        private final Map<Long, Long> durable = new HashMap<>();
        /// What rows that may be lost hold.
        private final Map<Long, Long> pending = new HashMap<>();

        private FaultyDisk disk = new FaultyDisk();
        private FileOutbox outbox;
        private Memory memory = Memory.NONE;
        private long number;
        private long powerCuts;
        private long dropped;

        Walk(long seed, Path folder) throws IOException {
            this.random = new SplittableRandom(seed);
            this.folder = folder;
            this.durability = random.nextBoolean() ? Durability.ALWAYS : Durability.BATCHED;
            this.outbox = open();
        }

        private FileOutbox open() throws IOException {
            var config = new Config(folder, Config.LEAST_BYTES, durability, WhenFull.DROP_OLDEST);
            return FileOutbox.open(
                    config,
                    OWNER,
                    new AgentWatch() {
                        @Override
                        public void eventsDropped(long events, String reason) {
                            dropped += events;
                        }
                    },
                    disk);
        }

        void run() throws IOException {
            remember(new Memory(Optional.of(new StreamId(0, 1)), Optional.empty(), 0, 0));
            for (int step = 0; step < 300; step++) {
                disk.failAt = random.nextInt(20) == 0 ? random.nextInt(5) : -1;
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3, 4, 5 -> append();
                    case 6, 7 -> flush();
                    case 8, 9 -> acknowledge();
                    case 10 -> {
                        if (random.nextInt(4) == 0) {
                            powerCut();
                        }
                    }
                    default -> check();
                }
            }
            disk.failAt = -1;
            check();
            outbox.close();
        }

        private void append() throws IOException {
            boolean edge = random.nextInt(10) == 0;
            int size = edge ? 1 : 1 + random.nextInt(2000);
            var packed = edge ? Packs.edge(++number) : Packs.samples(++number, size);
            try {
                long row = ((Appended.Kept) outbox.append(packed)).row();
                assertThat(durable).as("row %d is used twice", row).doesNotContainKey(row);
                pending.put(row, number);
            } catch (IOException failed) {
                assertThat(failed).hasMessage("Input/output error");
            }
            settle();
        }

        private void flush() {
            try {
                outbox.flush();
                assertThat(pending.keySet()).allMatch(row -> row <= outbox.lastDurable());
            } catch (IOException failed) {
                assertThat(failed).hasMessage("Input/output error");
            }
            settle();
        }

        private void settle() {
            long last = outbox.lastDurable();
            pending.entrySet().removeIf(row -> {
                if (row.getKey() <= last) {
                    durable.put(row.getKey(), row.getValue());
                }
                return row.getKey() <= last;
            });
        }

        private void acknowledge() throws IOException {
            long last = outbox.lastDurable();
            if (last > memory.acked()) {
                long acked = memory.acked() + 1 + random.nextLong(last - memory.acked());
                if (outbox.entry(acked) instanceof Entry.Gap gap) {
                    acked = gap.last();
                }
                remember(
                        random.nextInt(10) == 0
                                ? new Memory(
                                        Optional.of(new StreamId(random.nextLong(), 1)), memory.stream(), acked, acked)
                                : new Memory(memory.stream(), memory.supersedes(), memory.base(), acked));
            }
        }

        private void remember(Memory next) throws IOException {
            try {
                outbox.remember(next);
                memory = next;
                durable.keySet().removeIf(row -> row <= next.acked());
            } catch (IOException failed) {
                disk.failAt = -1;
                remember(next); // it may be on the disk or not, so the publisher does nothing else before
            }
        }

        private void powerCut() throws IOException {
            powerCuts++;
            outbox.abandon();
            disk.powerCut(random);
            disk = new FaultyDisk();
            outbox = open();
            assertThat(outbox.memory().stream()).isEqualTo(memory.stream());
            assertThat(outbox.memory().base()).isEqualTo(memory.base());
            assertThat(outbox.memory().acked()).isLessThanOrEqualTo(memory.acked());
            // Rows come back whose acknowledgement was not on the disk: the hub drops them.
            pending.clear();
            check();
            remember(memory);
        }

        /// Every durable row is there as it was, or in a gap.
        private void check() throws IOException {
            for (var row : durable.entrySet()) {
                if (row.getKey() > outbox.memory().acked()
                        && outbox.entry(row.getKey()) instanceof Entry.Row(long _, var payload)) {
                    assertThat(Packs.number(payload)).as("row %d", row.getKey()).isEqualTo(row.getValue());
                } else if (row.getKey() > outbox.memory().acked()) {
                    var gap = (Entry.Gap) outbox.entry(row.getKey());
                    assertThat(gap.dropped().reason()).startsWith("outbox full");
                } else {
                    assertThat(row.getKey()).as("acknowledged").isLessThanOrEqualTo(memory.acked());
                }
            }
        }
    }
}
