package io.pinstream.agent.outbox;

import static io.pinstream.agent.outbox.Packs.DEVICE;
import static io.pinstream.agent.outbox.Packs.edge;
import static io.pinstream.agent.outbox.Packs.number;
import static io.pinstream.agent.outbox.Packs.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.outbox.FileOutbox.Config;
import io.pinstream.agent.outbox.Outbox.Appended;
import io.pinstream.agent.outbox.Outbox.Entry;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.delivery.Courier.Memory;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An outbox whose files are not what they were: it opens, and has every row that is whole.
class DamagedOutboxTest {
    private static final Memory STREAM =
            new Memory(Optional.of(new StreamId(1, 2)), Optional.of(new StreamId(3, 4)), 0, 2);
    private static final Owner OWNER = new Owner(DEVICE, Optional.empty());
    private static final int ROWS = 12;
    private static final String SEGMENT = Segment.nameFor(1);

    @TempDir
    Path temporary;

    private byte[] whole;
    /// Where the frame of row i ends.
    private final List<Integer> ends = new ArrayList<>();

    private int number;

    @BeforeEach
    void writeAnOutbox() throws IOException {
        var folder = temporary.resolve("whole");
        try (var outbox = open(folder)) {
            ends.add(0);
            outbox.remember(new Memory(STREAM.stream(), STREAM.supersedes(), 0, 0));
            for (int i = 1; i <= ROWS; i++) {
                outbox.append(i % 4 == 0 ? edge(i) : sample(i));
                outbox.flush();
                ends.add((int) outbox.figures().bytes());
            }
            outbox.remember(STREAM);
        }
        whole = Files.readAllBytes(folder.resolve(SEGMENT));
    }

    @Test
    void opensWithEveryWholeRowWhereverTheFileIsCut() throws IOException {
        for (int cut = 0; cut <= whole.length; cut++) {
            // Given
            var bytes = Arrays.copyOf(whole, cut);
            int left = 0;
            while (left < ROWS && ends.get(left + 1) <= cut) {
                left++;
            }

            // Then
            opensWith(bytes, left, "cut at byte " + cut);
        }
    }

    @Test
    void opensWithEveryWholeRowWhereverTheFileEndsInZeros() throws IOException {
        for (int cut = 0; cut <= whole.length; cut++) {
            // Given a file that was made longer, and not written to before the power went
            var bytes = Arrays.copyOf(Arrays.copyOf(whole, cut), cut + 300);
            int left = 0;
            while (left < ROWS && ends.get(left + 1) <= cut) {
                left++;
            }

            // Then
            opensWith(bytes, left, "zeros from byte " + cut);
        }
    }

    private void opensWith(byte[] bytes, int left, String what) throws IOException {
        var folder = folderOf(bytes);
        long next;
        try (var outbox = open(folder)) {
            assertThat(rows(outbox))
                    .as(what)
                    .containsExactlyElementsOf(numbers(left, outbox.memory().acked()));
            next = ((Appended.Kept) outbox.append(sample(99))).row();
            assertThat(next).as(what).isGreaterThan(left);
            outbox.flush();
        }
        try (var outbox = open(folder)) {
            assertThat(outbox.lastDurable()).as(what).isEqualTo(next);
            assertThat(rows(outbox))
                    .as(what)
                    .endsWith(99L)
                    .hasSize(Math.max(0, left - (int) outbox.memory().acked()) + 1);
        }
    }

    @Test
    void losesAtMostTheRowThatABitFlipsIn() throws IOException {
        for (int bit = 0; bit < whole.length * 8; bit++) {
            // Given
            var bytes = whole.clone();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            int hit = 0;
            while (hit <= ROWS && end(hit) <= bit / 8) {
                hit++;
            }

            // When
            var folder = folderOf(bytes);
            var what = "bit " + bit;
            try (var outbox = open(folder)) {
                // Then
                var expected = numbers(ROWS, outbox.memory().acked());
                expected.remove((long) hit);
                assertThat(rows(outbox)).as(what).containsExactlyElementsOf(expected);
                assertThat(outbox.memory().stream()).as(what).isEqualTo(STREAM.stream());
                long next = ((Appended.Kept) outbox.append(sample(99))).row();
                assertThat(next).as(what).isGreaterThan(ROWS - (hit == ROWS ? 1 : 0));
            }
        }
    }

    @Test
    void namesWhatWasLostInTheMiddle() throws IOException {
        // Given
        var bytes = whole.clone();
        bytes[ends.get(5) - 1] ^= 1;
        bytes[ends.get(6) - 1] ^= 1;
        var reported = new ArrayList<String>();

        // When
        try (var outbox = FileOutbox.open(config(folderOf(bytes)), OWNER, new AgentWatch() {
            @Override
            public void outboxDamaged(String what) {
                reported.add(what);
            }
        })) {
            // Then
            var gap = (Entry.Gap) outbox.entry(6);
            assertThat(gap.first()).isEqualTo(5);
            assertThat(gap.last()).isEqualTo(6);
            assertThat(gap.dropped().reason()).startsWith("damaged on the disk");
            assertThat(reported).contains("rows 5 to 6 are lost");
        }
    }

    @Test
    void reportsARowThatIsDamagedWhileItIsInUse() throws IOException {
        // Given
        var folder = folderOf(whole);
        try (var outbox = open(folder)) {
            // When
            var bytes = Files.readAllBytes(folder.resolve(SEGMENT));
            bytes[ends.get(5) - 1] ^= 1;
            Files.write(folder.resolve(SEGMENT), bytes);

            // Then
            var gap = (Entry.Gap) outbox.entry(5);
            assertThat(gap.first()).isEqualTo(5);
            assertThat(gap.last()).isEqualTo(5);
            assertThat(outbox.entry(6)).isInstanceOf(Entry.Row.class);
        }
    }

    /// Where the frame of a row ends; before the first there is the head of the segment.
    private int end(int row) {
        return row == 0
                ? ends.get(1)
                        - Frame.write(Frame.Type.ROW, Records.row(1, sample(1))).remaining()
                : ends.get(row);
    }

    private Path folderOf(byte[] segment) throws IOException {
        var folder = Files.createDirectories(temporary.resolve("outbox-" + number++));
        Files.write(folder.resolve(SEGMENT), segment);
        return folder;
    }

    /// Of the rows that are there and not acknowledged.
    private static List<Long> numbers(int last, long acked) {
        var numbers = new ArrayList<Long>();
        for (long i = acked + 1; i <= last; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    /// The numbers of the rows that wait.
    private static List<Long> rows(Outbox outbox) throws IOException {
        var rows = new ArrayList<Long>();
        long row = outbox.memory().acked() + 1;
        while (row <= outbox.lastDurable()) {
            switch (outbox.entry(row)) {
                case Entry.Gap gap -> row = gap.last() + 1;
                case Entry.Row(long _, var payload) -> {
                    rows.add(number(payload));
                    row++;
                }
            }
        }
        return rows;
    }

    private static FileOutbox open(Path folder) throws IOException {
        return FileOutbox.open(config(folder), OWNER, AgentWatch.NONE);
    }

    private static Config config(Path folder) {
        return new Config(folder, Config.LEAST_BYTES, FileOutbox.Durability.BATCHED, FileOutbox.WhenFull.DROP_OLDEST);
    }
}
