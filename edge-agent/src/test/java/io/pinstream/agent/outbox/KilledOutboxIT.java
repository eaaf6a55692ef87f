package io.pinstream.agent.outbox;

import static io.pinstream.agent.outbox.Packs.DEVICE;
import static io.pinstream.agent.outbox.Packs.number;
import static io.pinstream.agent.outbox.Packs.sample;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.outbox.FileOutbox.Config;
import io.pinstream.agent.outbox.FileOutbox.Durability;
import io.pinstream.agent.outbox.FileOutbox.WhenFull;
import io.pinstream.agent.outbox.Outbox.Appended;
import io.pinstream.agent.outbox.Outbox.Entry;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.delivery.Courier.Memory;
import io.pinstream.wire.StreamId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that writes to an outbox is killed, again and again.
class KilledOutboxIT {
    private static final Owner OWNER = new Owner(DEVICE, Optional.empty());
    private static final int KILLS = 12;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void hasEveryRowThatWasDurableWhenItsWriterWasKilled() throws Exception {
        var random = new SplittableRandom(4711);
        var durable = new TreeSet<Long>();
        for (int kill = 0; kill < KILLS; kill++) {
            // When
            var said = writeUntilKilled(500 + random.nextInt(3000));
            LongStream.rangeClosed(said.first() + 1, said.last()).forEach(durable::add);
            if (kill % 2 == 0) {
                tearRow(said.last() + 1);
            }

            // Then
            try (var outbox = FileOutbox.open(config(folder), OWNER, AgentWatch.NONE)) {
                assertThat(outbox.lastDurable()).as("kill %d", kill).isGreaterThanOrEqualTo(durable.last());
                for (long row : durable.tailSet(outbox.memory().acked(), false)) {
                    assertThat(outbox.entry(row)).as("kill %d", kill).isInstanceOf(Entry.Row.class);
                    assertThat(number(((Entry.Row) outbox.entry(row)).payload()))
                            .isEqualTo(row);
                }
            }
        }
        assertThat(durable).hasSizeGreaterThan(KILLS * 500);
    }

    /// What a writer said: the row that it went on behind, and the last that was durable. A number before its own
    /// first row may have been used up by a row that was torn: that one was never kept, and is named as a gap.
    private record Said(long first, long last) {}

    /// Leaves half a row behind the last frame, as a kill in the middle of a write does now and then.
    private void tearRow(long row) throws IOException {
        try (var files = Files.list(folder)) {
            var tail = files.filter(file -> file.toString().endsWith(Segment.SUFFIX))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            var frame = Frame.write(Frame.Type.ROW, Records.row(row, sample(row)));
            var half = new byte[frame.remaining() / 2];
            frame.get(half);
            Files.write(tail, half, StandardOpenOption.APPEND);
        }
    }

    /// Kills the writer when it has said that so many more rows are durable.
    private Said writeUntilKilled(int rows) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            long first = Long.parseLong(said.readLine());
            long last = first;
            while (last < first + rows) {
                last = Long.parseLong(said.readLine());
            }
            // By its handle: Process.destroyForcibly closes the stream that is still to be read.
            process.toHandle().destroyForcibly();
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                last = line.isEmpty() ? last : Math.max(last, first(line, last));
            }
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            return new Said(first, last);
        } finally {
            process.destroyForcibly();
        }
    }

    /// The last line may have been cut in the middle of its digits.
    private static long first(String line, long last) {
        long number = Long.parseLong(line);
        return number > last && number <= last + 100 ? number : last;
    }

    private static Config config(Path folder) {
        return new Config(folder, Config.LEAST_BYTES * 64, Durability.BATCHED, WhenFull.DROP_OLDEST);
    }

    /// Writes rows as fast as it can, acknowledges some, and says which are durable.
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            var outbox = FileOutbox.open(config(Path.of(arguments[0])), OWNER, AgentWatch.NONE);
            if (outbox.memory().stream().isEmpty()) {
                outbox.remember(new Memory(Optional.of(new StreamId(1, 2)), Optional.empty(), 0, 0));
            }
            long row = outbox.lastDurable();
            System.out.println(row);
            while (true) {
                for (int i = 0; i < 20; i++) {
                    row++;
                    if (!(outbox.append(sample(row)) instanceof Appended.Kept(long kept)) || kept != row) {
                        throw new IllegalStateException("row " + row + " was not kept as such");
                    }
                }
                outbox.flush();
                System.out.println(outbox.lastDurable());
                var memory = outbox.memory();
                if (row % 500 == 0) {
                    outbox.remember(new Memory(memory.stream(), memory.supersedes(), 0, row - 400));
                }
            }
        }
    }
}
