package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The real kernel, on what every Linux has: files, a named pipe, an eventfd.
@EnabledOnOs(OS.LINUX)
class SystemCallsTest {
    private static final long FIONREAD = 0x541b; // asm-generic/ioctls.h: how many bytes wait
    private static final long FIOCLEX = 0x5451; // takes no structure
    private static final int LONGEST = 10_000;

    private final Kernel kernel = new SystemCalls();
    private final Arena arena = Arena.ofConfined();

    @TempDir
    Path folder;

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void namesTheFileTheReasonAndTheRemedyWhenOneIsMissing() {
        var path = folder.resolve("dev/i2c-9");
        assertThatThrownBy(() -> DeviceFile.open(kernel, Subsystem.I2C, path))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "cannot open %s: No such file or directory (ENOENT): enable the bus, e.g. "
                                + "dtparam=i2c_arm=on in /boot/firmware/config.txt and module i2c-dev, and restart",
                        path);
    }

    @Test
    void refusesWhatIsNotAGpioChip() throws IOException {
        var path = Files.createFile(folder.resolve("plain"));
        try (var file = DeviceFile.open(kernel, Subsystem.GPIO, path)) {
            assertThatThrownBy(() ->
                            file.ioctl("GPIO_GET_CHIPINFO", GpioAbi.GET_CHIPINFO, arena.allocate(GpioAbi.CHIP_INFO)))
                    .hasMessage("GPIO_GET_CHIPINFO of %s: Inappropriate ioctl for device (ENOTTY)", path);
        }
    }

    @Test
    void readsWhatItWrites() throws Exception {
        int pipe = kernel.open(pipe().toString());
        assertThat(pipe).isPositive();
        var bytes = "from pin to topic".getBytes(StandardCharsets.US_ASCII);

        assertThat(kernel.write(pipe, arena.allocateFrom(JAVA_BYTE, bytes))).isEqualTo(bytes.length);
        var waiting = arena.allocate(JAVA_INT);
        assertThat(kernel.ioctl(pipe, FIONREAD, waiting)).isZero();
        assertThat(waiting.get(JAVA_INT, 0)).isEqualTo(bytes.length);

        var buffer = arena.allocate(100);
        assertThat(kernel.read(pipe, buffer)).isEqualTo(bytes.length);
        assertThat(buffer.asSlice(0, bytes.length).toArray(JAVA_BYTE)).isEqualTo(bytes);
        assertThat(kernel.ioctl(pipe, FIOCLEX, 0)).isZero();
        assertThat(kernel.close(pipe)).isZero();
        assertThat(kernel.close(pipe)).isEqualTo(-Errno.EBADF.number);
    }

    @Test
    void pollWaitsForBytesOnly() throws Exception {
        int pipe = kernel.open(pipe().toString());
        var fds = watched(pipe);
        assertThat(kernel.poll(fds, 1, 0)).isZero();

        kernel.write(pipe, arena.allocate(1));
        assertThat(kernel.poll(fds, 1, LONGEST)).isEqualTo(1);
        assertThat(fds.get(JAVA_SHORT, PollAbi.FD_REVENTS)).isEqualTo(PollAbi.IN);
        kernel.close(pipe);

        assertThat(kernel.poll(fds, 1, 0)).isEqualTo(1);
        assertThat(fds.get(JAVA_SHORT, PollAbi.FD_REVENTS)).isEqualTo(PollAbi.NVAL);
        assertThat(kernel.poll(watched(-1), 1, 0))
                .as("a number below zero is passed over")
                .isZero();
    }

    @Test
    void anEventfdWakesAPollOfAnotherThread() throws Exception {
        int alarm = kernel.eventfd();
        var ready = new int[1];
        var poll = Thread.ofPlatform().start(() -> {
            try (var own = Arena.ofConfined()) {
                var fds = own.allocate(PollAbi.FD);
                fds.set(JAVA_INT, 0, alarm);
                fds.set(JAVA_SHORT, PollAbi.FD_EVENTS, PollAbi.IN);
                ready[0] = kernel.poll(fds, 1, LONGEST);
            }
        });
        var one = arena.allocate(JAVA_LONG);
        one.set(JAVA_LONG, 0, 1);
        assertThat(kernel.write(alarm, one)).isEqualTo(Long.BYTES);
        poll.join(LONGEST);
        assertThat(ready[0]).isEqualTo(1);

        assertThat(kernel.read(alarm, arena.allocate(JAVA_LONG))).isEqualTo(Long.BYTES);
        assertThat(kernel.read(alarm, arena.allocate(JAVA_LONG)))
                .as("it is silent, and reading does not wait")
                .isEqualTo(-Errno.EAGAIN.number);
        kernel.close(alarm);
    }

    private MemorySegment watched(int file) {
        var fds = arena.allocate(PollAbi.FD);
        fds.set(JAVA_INT, 0, file);
        fds.set(JAVA_SHORT, PollAbi.FD_EVENTS, PollAbi.IN);
        return fds;
    }

    private Path pipe() throws Exception {
        var path = folder.resolve("pipe");
        var made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(made.waitFor(LONGEST, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
        return path;
    }
}
