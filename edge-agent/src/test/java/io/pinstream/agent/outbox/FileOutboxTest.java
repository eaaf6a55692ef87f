package io.pinstream.agent.outbox;

import static io.pinstream.agent.outbox.Packs.DEVICE;
import static io.pinstream.agent.outbox.Packs.edge;
import static io.pinstream.agent.outbox.Packs.number;
import static io.pinstream.agent.outbox.Packs.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.agent.outbox.FileOutbox.Config;
import io.pinstream.agent.outbox.FileOutbox.Durability;
import io.pinstream.agent.outbox.FileOutbox.WhenFull;
import io.pinstream.agent.outbox.Outbox.Appended;
import io.pinstream.agent.outbox.Outbox.Entry;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.delivery.Courier.Memory;
import io.pinstream.event.DeviceId;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOutboxTest {
    private static final Memory STREAM = new Memory(Optional.of(new StreamId(1, 2)), Optional.empty(), 0, 0);
    private static final Owner OWNER = new Owner(DEVICE, Optional.of("serial-a"));

    @TempDir
    Path folder;

    private final List<String> damages = new ArrayList<>();
    private long dropped;

    private final AgentWatch watch = new AgentWatch() {
        @Override
        public void outboxDamaged(String what) {
            damages.add(what);
        }

        @Override
        public void eventsDropped(long events, String reason) {
            dropped += events;
        }
    };

    @Test
    void givesBackWhatWasAppendedInOrder() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            // When
            for (int i = 1; i <= 1000; i++) {
                assertThat(outbox.append(sample(i))).isEqualTo(new Appended.Kept(i));
            }
            outbox.flush();

            // Then
            assertThat(outbox.lastDurable()).isEqualTo(1000);
            for (int i = 1; i <= 1000; i++) {
                assertThat(read(outbox, i)).isEqualTo(i);
            }
            assertThat(outbox.figures().rows()).isEqualTo(1000);
            assertThat(outbox.figures().events()).isEqualTo(1000);
        }
    }

    @Test
    void lendsNoRowBeforeItIsDurable() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            // When
            outbox.append(sample(1));

            // Then
            assertThat(outbox.lastDurable()).isZero();
            assertThatThrownBy(() -> outbox.entry(1)).hasMessageContaining("row 1 must be 1 to 0");
            outbox.flush();
            assertThat(outbox.lastDurable()).isEqualTo(1);
        }
    }

    @Test
    void isDurableOnReturnWhereThatIsAskedFor() throws Exception {
        try (var outbox = open(Durability.ALWAYS, WhenFull.STOP)) {
            outbox.append(sample(1));
            assertThat(outbox.lastDurable()).isEqualTo(1);
        }
    }

    @Test
    void goesOnWhereItWasLeft() throws Exception {
        // Given
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            outbox.remember(STREAM);
            for (int i = 1; i <= 5000; i++) {
                outbox.append(sample(i));
            }
            outbox.flush();
            outbox.remember(acked(1234));
        }

        // When
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            // Then
            assertThat(outbox.memory()).isEqualTo(acked(1234));
            assertThat(outbox.lastDurable()).isEqualTo(5000);
            assertThat(read(outbox, 1235)).isEqualTo(1235);
            assertThat(read(outbox, 5000)).isEqualTo(5000);
            assertThat(outbox.append(sample(5001))).isEqualTo(new Appended.Kept(5001));
            assertThat(outbox.figures().events()).isEqualTo(5001 - 1234);
            assertThat(damages).isEmpty();
        }
    }

    @Test
    void deletesSegmentsWhoseRowsAreAllAcknowledged() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            // Given
            outbox.remember(STREAM);
            for (int i = 1; i <= 8000; i++) {
                outbox.append(sample(i));
            }
            outbox.flush();
            assertThat(segments()).hasSizeGreaterThan(3);

            // When
            outbox.remember(acked(8000));

            // Then
            assertThat(segments()).hasSize(1);
            assertThat(outbox.figures().rows()).isZero();
            assertThat(outbox.figures().events()).isZero();
        }
    }

    @Test
    void knowsThatRowsWereAcknowledgedByTheirSegmentsBeingGone() throws Exception {
        // Given an acknowledgement that never came to the disk
        int last;
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            outbox.remember(STREAM);
            for (int i = 1; i <= 8000; i++) {
                outbox.append(sample(i));
            }
            outbox.flush();
            last = (int) Long.parseLong(segments().getLast().replace(".seg", "")) - 1;
        }
        for (var segment : segments().subList(0, segments().size() - 1)) {
            Files.delete(folder.resolve(segment));
        }

        // When
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            // Then
            assertThat(outbox.memory()).isEqualTo(acked(last));
            assertThat(read(outbox, last + 1)).isEqualTo(last + 1);
            assertThat(damages).isEmpty();
        }
    }

    @Test
    void takesNothingWhenItIsFullAndMayDropNothing() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            // Given
            outbox.remember(STREAM);
            long kept = 0;
            while (outbox.append(sample(kept + 1)) instanceof Appended.Kept) {
                kept++;
            }
            outbox.flush();

            // Then
            assertThat(outbox.append(sample(0))).isInstanceOf(Appended.Full.class);
            assertThat(outbox.figures().bytes()).isLessThanOrEqualTo(Config.LEAST_BYTES);

            // When
            outbox.remember(acked(kept));

            // Then
            assertThat(outbox.append(sample(kept + 1))).isEqualTo(new Appended.Kept(kept + 1));
            assertThat(dropped).isZero();
        }
    }

    @Test
    void dropsTheOldestSamplesAndNamesThem() throws Exception {
        int rows = 40_000;
        try (var outbox = open(Durability.BATCHED, WhenFull.DROP_OLDEST)) {
            // Given
            outbox.remember(STREAM);

            // When
            for (int i = 1; i <= rows; i++) {
                assertThat(outbox.append(sample(i))).isEqualTo(new Appended.Kept(i));
            }
            outbox.flush();

            // Then
            assertThat(outbox.figures().bytes()).isLessThanOrEqualTo(Config.LEAST_BYTES);
            var gap = (Entry.Gap) outbox.entry(1);
            assertThat(gap.first()).isEqualTo(1);
            assertThat(gap.dropped().events()).isEqualTo(gap.last()).isEqualTo(dropped);
            assertThat(gap.dropped().sensors()).containsExactly(Packs.AIR);
            assertThat(gap.dropped().from()).isEqualTo(Packs.BEGAN.plusSeconds(1));
            assertThat(gap.dropped().to()).isEqualTo(Packs.BEGAN.plusSeconds(gap.last()));
            assertThat(gap.dropped().reason()).contains("outbox full at 1048576 bytes");
            for (long row = gap.last() + 1; row <= rows; row++) {
                assertThat(read(outbox, row)).isEqualTo(row);
            }
            assertThat(outbox.figures().events()).isEqualTo(rows - dropped);
            assertThat(outbox.figures().droppedEvents()).isEqualTo(dropped);
        }
        try (var outbox = open(Durability.BATCHED, WhenFull.DROP_OLDEST)) {
            assertThat(((Entry.Gap) outbox.entry(1)).dropped().events()).isEqualTo(dropped);
            assertThat(damages).isEmpty();
        }
    }

    @Test
    void leavesAGapAsItIsOnceItIsOnItsWay() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.DROP_OLDEST)) {
            // Given
            outbox.remember(STREAM);
            int row = 0;
            while (dropped == 0) {
                outbox.append(sample(++row));
            }
            outbox.flush();
            var sent = outbox.entry(1);
            long first = dropped;

            // When
            while (dropped == first) {
                outbox.append(sample(++row));
            }
            outbox.flush();

            // Then
            assertThat(outbox.entry(1)).isEqualTo(sent);
            var next = (Entry.Gap) outbox.entry(first + 1);
            assertThat(next.first()).isEqualTo(first + 1);
            assertThat(next.dropped().events()).isEqualTo(dropped - first);
        }
    }

    @Test
    void keepsEdgesUntilThereAreNoSamplesLeft() throws Exception {
        int rows = 40_000;
        var edges = new ArrayList<Long>();
        try (var outbox = open(Durability.BATCHED, WhenFull.DROP_OLDEST)) {
            outbox.remember(STREAM);

            // When
            for (long i = 1; i <= rows; i++) {
                boolean edge = i % 100 == 0;
                outbox.append(edge ? edge(i) : sample(i));
                if (edge) {
                    edges.add(i);
                }
            }
            outbox.flush();

            // Then
            for (long row : edges) {
                assertThat(read(outbox, row)).isEqualTo(row);
            }
            assertThat(outbox.entry(1)).isInstanceOf(Entry.Gap.class);
            assertThat(damages).isEmpty();
        }
        try (var outbox = open(Durability.BATCHED, WhenFull.DROP_OLDEST)) {
            for (long row : edges) {
                assertThat(read(outbox, row)).isEqualTo(row);
            }
            assertThat(damages).isEmpty();

            // When
            for (long i = 1; i <= rows; i++) {
                outbox.append(edge(rows + i));
            }
            outbox.flush();

            // Then
            assertThat(outbox.entry(100)).isInstanceOf(Entry.Gap.class);
            assertThat(read(outbox, 2 * rows)).isEqualTo(2 * rows);
            assertThat(outbox.figures().bytes()).isLessThanOrEqualTo(Config.LEAST_BYTES);
        }
    }

    @Test
    void goesOnByItselfWhenTheDiskHasRoomAgain() throws Exception {
        // Given
        var disk = new FaultyDisk();
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP, disk)) {
            outbox.remember(STREAM);
            disk.room = 10_000;
            long kept = 0;
            IOException full = null;
            while (full == null) {
                try {
                    outbox.append(sample(kept + 1));
                    kept++;
                } catch (IOException refused) {
                    full = refused;
                }
            }
            assertThat(full).hasMessage("No space left on device");

            // When
            disk.room = Long.MAX_VALUE;
            assertThat(outbox.append(sample(kept + 1))).isEqualTo(new Appended.Kept(kept + 1));
            outbox.flush();

            // Then
            for (long row = 1; row <= kept + 1; row++) {
                assertThat(read(outbox, row)).isEqualTo(row);
            }
        }
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            assertThat(damages).isEmpty();
            assertThat(outbox.memory()).isEqualTo(STREAM);
        }
    }

    @Test
    void losesNothingWhicheverOperationOfTheDiskFails() throws Exception {
        int failures = 0;
        for (int failAt = 0; failAt < 400; failAt++) {
            var disk = new FaultyDisk();
            var config = new Config(
                    folder.resolve("fail-" + failAt), Config.LEAST_BYTES, Durability.BATCHED, WhenFull.DROP_OLDEST);
            try (var outbox = FileOutbox.open(config, OWNER, watch, disk)) {
                outbox.remember(STREAM);
                disk.failAt = failAt;
                for (int i = 1; i <= 100; i++) {
                    failures += untilItWorks(
                            () -> outbox.append(Packs.samples(outbox.figures().rows() + 1, 200)));
                    if (i % 3 == 0) {
                        failures += untilItWorks(outbox::flush);
                    }
                }
                failures += untilItWorks(outbox::flush);
            }
            try (var outbox = FileOutbox.open(config, OWNER, watch)) {
                assertThat(outbox.lastDurable())
                        .as("operation %d failed", failAt)
                        .isEqualTo(100);
                long row = 1;
                while (row <= 100) {
                    switch (outbox.entry(row)) {
                        case Entry.Gap gap -> row = gap.last() + 1;
                        case Entry.Row(long at, var payload) -> {
                            assertThat(number(payload))
                                    .as("operation %d failed", failAt)
                                    .isEqualTo(at);
                            row++;
                        }
                    }
                }
                assertThat(outbox.memory()).isEqualTo(STREAM);
            }
        }
        assertThat(failures).isGreaterThan(100);
        assertThat(damages).isEmpty();
    }

    @Test
    void letsOneAgentIn() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            assertThat(outbox.lastDurable()).isZero();
            assertThatThrownBy(() -> open(Durability.BATCHED, WhenFull.STOP))
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("in use by another agent");
        }
    }

    @Test
    void beginsANewStreamOnAnotherBoard() throws Exception {
        // Given a card that was copied
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            outbox.remember(STREAM);
            outbox.append(sample(1));
            outbox.append(sample(2));
            outbox.flush();
            outbox.remember(acked(1));
        }

        // When
        var other = new Owner(DEVICE, Optional.of("serial-b"));
        try (var outbox = FileOutbox.open(config(Durability.BATCHED, WhenFull.STOP), other, watch)) {
            // Then
            assertThat(outbox.memory()).isEqualTo(new Memory(Optional.empty(), Optional.empty(), 1, 1));
            assertThat(read(outbox, 2)).isEqualTo(2);
        }
    }

    @Test
    void sendsNoPacksThatNameAnotherDevice() throws Exception {
        // Given
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            outbox.remember(STREAM);
            outbox.append(sample(1));
        }
        var renamed = new Owner(new DeviceId("cellar"), OWNER.serial());

        // Then
        assertThatThrownBy(() -> FileOutbox.open(config(Durability.BATCHED, WhenFull.STOP), renamed, watch))
                .hasMessageContaining("holds 1 packs of device greenhouse-7")
                .hasMessageContaining("call it greenhouse-7 until they are sent");

        // When
        try (var outbox = open(Durability.BATCHED, WhenFull.STOP)) {
            outbox.remember(acked(1));
        }
        try (var outbox = FileOutbox.open(config(Durability.BATCHED, WhenFull.STOP), renamed, watch)) {
            // Then
            assertThat(outbox.memory().stream()).isEmpty();
        }
    }

    @Test
    void writesLittleMoreThanWhatItKeeps() throws Exception {
        try (var outbox = open(Durability.BATCHED, WhenFull.DROP_OLDEST)) {
            // Given
            outbox.remember(STREAM);
            long before = outbox.figures().writtenBytes();
            long payload = 0;

            // When packs of ten are flushed one by one and acknowledged ten rows later
            for (int i = 1; i <= 2000; i++) {
                var pack = Packs.samples(i, 10);
                payload += pack.payload().bytes().length;
                outbox.append(pack);
                outbox.flush();
                if (i > 10 && i % 10 == 0) {
                    outbox.remember(acked(i - 10));
                }
            }

            // Then
            long written = outbox.figures().writtenBytes() - before;
            assertThat(written).isGreaterThan(payload).isLessThan(payload * 13 / 10);
            assertThat(outbox.figures().appendedEvents()).isEqualTo(20_000);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /// Returns how often it failed.
    private static int untilItWorks(Work work) throws Exception {
        for (int failed = 0; failed < 10; failed++) {
            try {
                work.run();
                return failed;
            } catch (IOException again) {
                assertThat(again).hasMessage("Input/output error");
            }
        }
        throw new AssertionError("it still fails");
    }

    private FileOutbox open(Durability durability, WhenFull whenFull) throws IOException {
        return FileOutbox.open(config(durability, whenFull), OWNER, watch);
    }

    private FileOutbox open(Durability durability, WhenFull whenFull, Disk disk) throws IOException {
        return FileOutbox.open(config(durability, whenFull), OWNER, watch, disk);
    }

    private Config config(Durability durability, WhenFull whenFull) {
        return new Config(folder, Config.LEAST_BYTES, durability, whenFull);
    }

    private static Memory acked(long row) {
        return new Memory(STREAM.stream(), STREAM.supersedes(), 0, row);
    }

    private static long read(Outbox outbox, long row) throws IOException {
        assertThat(outbox.entry(row)).isInstanceOf(Entry.Row.class);
        return number(((Entry.Row) outbox.entry(row)).payload());
    }

    private List<String> segments() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }
}
