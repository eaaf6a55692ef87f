package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.LineEdge;
import io.pinstream.agent.board.Pull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpioTest {
    private final List<LineEdge> edges = new CopyOnWriteArrayList<>();
    private LinuxBench bench;
    private FakeGpioChip chip;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        bench = new LinuxBench(root);
        chip = bench.chip(4, "pinctrl-rp1", 54);
    }

    @AfterEach
    void close() {
        bench.close();
        assertThat(bench.kernel.misuses()).isEmpty();
        assertThat(bench.kernel.openFiles()).as("files left open").isZero();
    }

    @Test
    void asksForBothEdgesPullAndDebounce() throws IOException {
        bench.board.input(17, Pull.UP, Duration.ofMillis(5));

        var line = chip.line(17);
        assertThat(line.user).isEqualTo("pinstream");
        assertThat(line.flags).isEqualTo(0x134); // INPUT, EDGE_RISING, EDGE_FALLING, BIAS_PULL_UP
        assertThat(line.debounceMicros).isEqualTo(5_000);
        assertThat(line.bufferSize).isEqualTo(1_024);
    }

    @Test
    void asksForNoDebounceAndNoPullWhereNoneIsWanted() throws IOException {
        bench.board.input(17, Pull.NONE, Duration.ZERO);
        bench.board.input(18, Pull.DOWN, Duration.ZERO);

        assertThat(chip.line(17).flags).isEqualTo(0x434); // BIAS_DISABLED
        assertThat(chip.line(17).debounceMicros).isZero();
        assertThat(chip.line(18).flags).isEqualTo(0x234); // BIAS_PULL_DOWN
    }

    @Test
    void handsOnTheKernelsStampsAndNumbers() throws IOException {
        var line = listening(17);
        chip.edge(17, true, 1_000);
        chip.edge(17, false, 2_500);
        heard(2);

        assertThat(edges).containsExactly(new LineEdge(true, 1_000, 1), new LineEdge(false, 2_500, 2));
        assertThat(line.isHigh()).isFalse();
    }

    @Test
    void tellsTheEdgesOfManyLinesApart() throws IOException {
        listening(17);
        var others = new CopyOnWriteArrayList<LineEdge>();
        bench.board.input(27, Pull.NONE, Duration.ZERO).listen(others::add);
        chip.edge(27, true, 10);
        chip.edge(17, false, 20);
        chip.edge(27, false, 30);
        heard(1);
        await().until(() -> others.size() == 2);

        assertThat(edges).containsExactly(new LineEdge(false, 20, 1));
        assertThat(others).containsExactly(new LineEdge(true, 10, 1), new LineEdge(false, 30, 2));
    }

    @Test
    void droppedEdgesShowAsAGapInTheNumbers() throws Exception {
        var held = new CountDownLatch(1);
        var input = bench.board.input(17, Pull.NONE, Duration.ZERO);
        input.listen(edge -> {
            edges.add(edge);
            awaitQuietly(held);
        });
        chip.edge(17, true, 0);
        heard(1); // the listener holds the thread now
        for (int i = 2; i <= 1_101; i++) {
            chip.edge(17, i % 2 == 1, i);
        }
        held.countDown();
        heard(1 + 1_024);

        assertThat(edges.get(1).sequence()).as("2 to 77 were dropped").isEqualTo(78);
        assertThat(edges.getLast().sequence()).isEqualTo(1_101);
    }

    @Test
    void aLineIsFreeAtOnceWhenItIsClosed() throws IOException {
        for (int i = 0; i < 50; i++) {
            var line = bench.board.input(17, Pull.NONE, Duration.ZERO);
            line.listen(edges::add);
            line.close();
            assertThat(chip.line(17).user).isEmpty();
        }
        listening(17);
        chip.edge(17, true, 7);
        heard(1);
    }

    @Test
    void aListenerMayCloseItsOwnLine() throws IOException {
        var line = bench.board.input(17, Pull.NONE, Duration.ZERO);
        line.listen(edge -> {
            edges.add(edge);
            line.close();
        });
        chip.edge(17, true, 7);
        await().until(() -> chip.line(17).user.isEmpty());
        assertThat(edges).hasSize(1);
        assertThatThrownBy(line::isHigh).hasMessage("line 17 is closed");
    }

    @Test
    void closingDoesNotWaitForAListener() throws IOException {
        var held = new CountDownLatch(1);
        var busy = bench.board.input(27, Pull.NONE, Duration.ZERO);
        busy.listen(edge -> {
            edges.add(edge);
            awaitQuietly(held);
        });
        var line = bench.board.input(17, Pull.NONE, Duration.ZERO);
        chip.edge(27, true, 7);
        heard(1);

        line.close();
        assertThat(chip.line(17).user).isEmpty();
        held.countDown();
    }

    @Test
    void aChipThatGoesAwayIsToldToWhoReadsTheLine() throws IOException {
        var line = listening(17);
        chip.edge(17, true, 1);
        heard(1);
        chip.unplug();

        await().untilAsserted(() -> assertThatThrownBy(line::isHigh)
                .isInstanceOf(IOException.class)
                .hasMessage("line 17: the GPIO chip pinctrl-rp1 is gone: restart the agent when it is back"));
        // A line that is broken is always ready: the loop must let go of it, not spin.
        long polls = bench.kernel.polls();
        await().during(Duration.ofMillis(200)).until(() -> bench.kernel.polls() <= polls + 1);
    }

    @Test
    void aChipThatGoesAwayIsFoundOutOnKernelsThatDoNotTellPolls() throws IOException {
        chip.tellsPollsThatItIsGone = false;
        var line = listening(17);
        chip.unplug();

        assertThatThrownBy(line::isHigh).hasMessageContaining("line 17: the GPIO chip pinctrl-rp1 is gone");
    }

    @Test
    void namesWhoHasALine() throws IOException {
        chip.line(17).user = "spi0 CS0";
        assertThatThrownBy(() -> bench.board.input(17, Pull.NONE, Duration.ZERO))
                .hasMessage(
                        "line 17: GPIO 17 of pinctrl-rp1 is in use by \"spi0 CS0\": choose another, or end that use");
    }

    @Test
    void namesTheLinesThereAre() {
        assertThatThrownBy(() -> bench.board.output(54, false))
                .hasMessage("line 54: the GPIO chip pinctrl-rp1 has the lines 0 to 53, but this was 54");
    }

    @Test
    void saysWhenAKernelIsTooOld() {
        chip.firstEditionOnly = true;
        assertThatThrownBy(() -> bench.board.input(17, Pull.NONE, Duration.ZERO))
                .hasMessageContaining("this kernel lacks version 2 of the GPIO user interface: it needs Linux 5.10");
    }

    @Test
    void saysWhenALineHasNoInterrupt() {
        chip.withoutInterrupts = true;
        assertThatThrownBy(() -> bench.board.input(17, Pull.NONE, Duration.ZERO))
                .hasMessageContaining("GPIO 17 of pinctrl-rp1 has no interrupt, so its edges cannot be heard");
    }

    @Test
    void namesTheGroupWhenAChipMayNotBeOpened() {
        bench.kernel.refuse(bench.device("gpiochip4"), Errno.EACCES);
        assertThatThrownBy(() -> bench.board.input(17, Pull.NONE, Duration.ZERO))
                .hasMessage(
                        "line 17: cannot open %s: Permission denied (EACCES): "
                                + "add the user of the agent to the group gpio, and restart it",
                        bench.device("gpiochip4"));
    }

    @Test
    void aLinkToAChipIsNoSecondChip() throws IOException {
        Files.createSymbolicLink(bench.root.resolve("dev/gpiochip0"), bench.root.resolve("dev/gpiochip4"));
        var link = new FakeGpioChip(bench.kernel, bench.device("gpiochip0"), "pinctrl-rp1", 54);
        assertThat(link.line(0).user).as("it would open").isEmpty();
        assertThat(new GpioChips(bench.kernel, bench.root).list()).hasSize(1);
    }

    @Test
    void anOutputIsAtItsFirstLevelFromTheStart() throws IOException {
        try (var line = bench.board.output(22, true)) {
            assertThat(chip.line(22).flags).isEqualTo(0x08);
            assertThat(chip.line(22).driven.getFirst())
                    .as("given with the request: low even for a moment would be a pulse")
                    .isTrue();
            assertThat(chip.line(22).driven).doesNotContain(false);
            line.set(false);
            assertThat(chip.line(22).high).isFalse();
            line.set(true);
            assertThat(chip.line(22).high).isTrue();
        }
        assertThat(chip.line(22).user).isEmpty();
    }

    @Test
    void anOutputOfAChipThatWentAwayCannotBeSet() throws IOException {
        var line = bench.board.output(22, true);
        chip.unplug();
        assertThatThrownBy(() -> line.set(false)).hasMessageContaining("line 22: the GPIO chip pinctrl-rp1 is gone");
    }

    private InputLine listening(int number) throws IOException {
        var line = bench.board.input(number, Pull.NONE, Duration.ZERO);
        line.listen(edges::add);
        return line;
    }

    private void heard(int count) {
        await().until(() -> edges.size() >= count);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
