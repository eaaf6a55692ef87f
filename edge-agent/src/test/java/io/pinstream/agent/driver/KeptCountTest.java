package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pulse counter and the file that its count outlives it in.
final class KeptCountTest {
    private static final int BLOCK = 4096;

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();
    private FakeLine line = new FakeLine();

    @Test
    void goesOnWhereItWasLeftAndSaysThatNobodyCountedInBetween() throws Exception {
        var first = counter();
        pulse(3);
        assertThat(first.read()).isEqualTo(count(3, Quality.GOOD));
        pulse(2);
        first.close(); // those behind the last reading are kept as well

        var second = counter();
        assertThat(second.read()).isEqualTo(count(5, Quality.of(Flaw.EDGES_MISSED)));
        pulse(1);
        assertThat(second.read()).isEqualTo(count(6, Quality.GOOD));
        assertThat(said).containsOnly("kept");
    }

    @Test
    void aPowerCutCostsWhatWasNotToldYetAndTheCountNeverFalls() throws Exception {
        var first = counter();
        long told = 0;
        for (int i = 1; i <= 50; i++) {
            pulse(i);
            told = figure(first.read());
        }
        pulse(7); // and the power goes

        assertThat(figure(counter().read())).isEqualTo(told).isEqualTo(50 * 51 / 2);
    }

    @Test
    void aTornWriteCostsThatWriteAlone() throws Exception {
        var first = counter();
        pulse(4);
        first.read();
        pulse(4);
        first.read();
        var whole = Files.readAllBytes(file());

        // Each slot may be the torn one; any byte of it may be wrong
        for (int at : new int[] {0, 7, 12, 19, BLOCK, BLOCK + 15, BLOCK + 19}) {
            var torn = whole.clone();
            torn[at] ^= 0x40;
            Files.write(file(), torn);
            assertThat(figure(counter().read()))
                    .as("byte %d", at)
                    .isEqualTo(at < BLOCK ? 8 - lost(whole, 0) : 8 - lost(whole, BLOCK));
        }
    }

    /// What the count loses where the slot at this place is gone: 4 for the newest one.
    private static int lost(byte[] whole, int slot) {
        return whole[slot + 7] > whole[BLOCK - slot + 7] ? 4 : 0;
    }

    @Test
    void writesNothingWhileNothingIsCounted() throws Exception {
        var counter = counter();
        pulse(1);
        for (int i = 0; i < 10; i++) {
            counter.read();
        }

        assertThat(said).hasSize(1);
        assertThat(Files.size(file())).isLessThan(2 * BLOCK);
    }

    @Test
    void countsOnAndSaysSoWhereTheFolderIsNone() throws Exception {
        Files.writeString(folder.resolve("state"), "a file where the folder should be");
        var counter = counter();
        pulse(2);

        assertThat(counter.read()).isEqualTo(count(2, Quality.GOOD));
        assertThat(said).singleElement().asString().contains("state").contains("cannot be written");

        Files.delete(folder.resolve("state"));
        pulse(1);
        assertThat(counter.read()).isEqualTo(count(3, Quality.GOOD));
        assertThat(said).last().isEqualTo("kept");
        assertThat(figure(counter().read())).isEqualTo(3);
    }

    @Test
    void aFileOfNonsenseIsSaidAndCountingBeginsAtZero() throws Exception {
        Files.createDirectories(file().getParent());
        Files.write(file(), new byte[] {1, 2, 3});

        assertThat(counter().read()).isEqualTo(count(0, Quality.GOOD));
        assertThat(said).first().asString().contains("is damaged: counting begins at 0");
    }

    private PulseCounter counter() {
        line = new FakeLine();
        var keeper = new CountFile(file(), new CountFile.Listener() {
            @Override
            public void notKept(String reason) {
                said.add(reason);
            }

            @Override
            public void kept() {
                said.add("kept");
            }
        });
        return new PulseCounter(line, Optional.empty(), keeper, "line 22").start();
    }

    private Path file() {
        return folder.resolve("state").resolve("rain.count");
    }

    private void pulse(int times) {
        for (int i = 0; i < times; i++) {
            line.edge(true, 0, 0);
            line.edge(false, 0, 0);
        }
    }

    private static Reading count(double count, Quality quality) {
        return new Reading(List.of(Measurement.of(Quantity.COUNT, count)), quality);
    }

    private static long figure(Reading reading) throws IOException {
        return (long) ((io.pinstream.event.Value.Decimal)
                        reading.measurements().getFirst().value())
                .number();
    }
}
