package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The loop on the real kernel: a named pipe stands for a line, and carries the bytes of events.
@EnabledOnOs(OS.LINUX)
class EdgeLoopTest {
    private static final int LONGEST = 10_000;

    private final Kernel kernel = new SystemCalls();
    private final List<LineEvent> heard = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    @Test
    void hearsWhatTheKernelTells() throws Exception {
        var path = pipe("line");
        try (var loop = new EdgeLoop(kernel);
                var file = DeviceFile.open(kernel, Subsystem.GPIO, path);
                var line = new GpioLine("pipe", file)) {
            loop.add(line, heard::add);
            write(file, true, 1);
            write(file, false, 2);
            await().until(() -> heard.size() == 2);
            assertThat(heard).containsExactly(new LineEvent(true, 1_000, 1), new LineEvent(false, 2_000, 2));
            assertThat(threads()).as("threads of the loop").isEqualTo(1);

            loop.remove(line);
            write(file, true, 3);
        }
        assertThat(heard).as("nothing is heard once removed").hasSize(2);
        await().untilAsserted(() -> assertThat(threads()).isZero());
    }

    @Test
    void saysOfItsLinesThatTheyAreNotHeardOnceItIsClosed() throws Exception {
        var loop = new EdgeLoop(kernel);
        try (var line = new GpioLine("pipe", DeviceFile.open(kernel, Subsystem.GPIO, pipe("line")))) {
            loop.add(line, heard::add);
            loop.close();
            loop.close();
            assertThatThrownBy(line::isHigh).hasMessage("the board is closed");
            assertThatThrownBy(() -> loop.add(line, heard::add)).hasMessage("the board is closed");
        }
    }

    @Test
    void outlivesALineThatIsClosedBehindItsBack() throws Exception {
        try (var loop = new EdgeLoop(kernel);
                var file = DeviceFile.open(kernel, Subsystem.GPIO, pipe("other"));
                var other = new GpioLine("pipe", file)) {
            var line = new GpioLine("pipe", DeviceFile.open(kernel, Subsystem.GPIO, pipe("line")));
            line.close();
            loop.add(line, heard::add);
            loop.add(other, heard::add);
            write(file, true, 1);
            await().until(() -> heard.size() == 1);
        }
    }

    private void write(DeviceFile file, boolean high, int number) {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(GpioAbi.EVENT);
            event.set(JAVA_LONG, 0, number * 1_000L);
            event.set(JAVA_INT, GpioAbi.EVENT_ID, high ? 1 : 2);
            event.set(JAVA_INT, GpioAbi.EVENT_LINE_SEQUENCE, number);
            assertThat(kernel.write(file.number(), event)).isEqualTo(48);
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("gpio"))
                .count();
    }

    private Path pipe(String name) throws IOException, InterruptedException {
        var path = folder.resolve(name);
        var made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(made.waitFor(LONGEST, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
        return path;
    }
}
