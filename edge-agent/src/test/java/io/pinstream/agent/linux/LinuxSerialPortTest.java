package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A serial port on the real kernel's terminals: the far end of a pseudo-terminal pair, pty(7).
@EnabledOnOs(OS.LINUX)
class LinuxSerialPortTest {
    private static final long UNLOCK = 0x4004_5431L; // TIOCSPTLCK
    private static final long NUMBER = 0x8004_5430L; // TIOCGPTN
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(30);

    private final Kernel kernel = new SystemCalls();
    private final Arena arena = Arena.ofConfined();
    private int far;
    private Path device;

    @TempDir
    Path folder;

    @BeforeEach
    void openPair() {
        far = kernel.open("/dev/ptmx");
        assertThat(far).isPositive();
        assertThat(kernel.ioctl(far, UNLOCK, arena.allocate(JAVA_INT))).isZero();
        var number = arena.allocate(JAVA_INT);
        assertThat(kernel.ioctl(far, NUMBER, number)).isZero();
        device = Path.of("/dev/pts/" + number.get(JAVA_INT, 0));
    }

    @AfterEach
    void close() {
        kernel.close(far);
        arena.close();
    }

    @Test
    void everyByteComesAsItIs() throws Exception {
        try (var port = LinuxSerialPort.open(kernel, device, 9600)) {
            var all = new byte[256];
            for (int i = 0; i < all.length; i++) {
                all[i] = (byte) i; // a terminal would make something of 3, 4, 10, 13, 17, 19, 26 and 127
            }
            send(all);

            var read = new byte[all.length];
            var buffer = new byte[100];
            int count = 0;
            while (count < all.length) {
                int some = port.read(buffer, LONGEST);
                assertThat(some).isPositive();
                System.arraycopy(buffer, 0, read, count, some);
                count += some;
            }
            assertThat(read).isEqualTo(all);
        }
    }

    @Test
    void whatIsWrittenArrivesAndNothingComesBack() throws Exception {
        try (var port = LinuxSerialPort.open(kernel, device, 115_200)) {
            var question = "$PMTK220,1000*1F\r\n".getBytes(StandardCharsets.US_ASCII);
            port.write(question);

            var buffer = arena.allocate(100);
            assertThat(kernel.read(far, buffer)).isEqualTo(question.length);
            assertThat(buffer.asSlice(0, question.length).toArray(JAVA_BYTE)).isEqualTo(question);
            assertThat(port.read(new byte[10], SHORT)).as("no echo").isZero();
        }
    }

    @Test
    void theSpeedIsWhatWasAskedForHoweverOdd() throws Exception {
        try (var _ = LinuxSerialPort.open(kernel, device, 31_250)) {
            var settings = arena.allocate(TerminalAbi.TERMIOS2);
            assertThat(kernel.ioctl(far, TerminalAbi.GET, settings)).isZero();
            assertThat(settings.get(JAVA_INT, TerminalAbi.OUTPUT_SPEED)).isEqualTo(31_250);
            assertThat(settings.get(JAVA_INT, TerminalAbi.INPUT_SPEED)).isEqualTo(31_250);
        }
    }

    @Test
    void silenceEndsInTime() throws Exception {
        try (var port = LinuxSerialPort.open(kernel, device, 9600)) {
            assertThat(port.read(new byte[10], Duration.ZERO)).isZero();
            assertThat(port.read(new byte[10], SHORT)).isZero();
        }
    }

    @Test
    void aPortWhoseOtherEndIsGoneSaysSo() throws Exception {
        try (var port = LinuxSerialPort.open(kernel, device, 9600)) {
            kernel.close(far);
            assertThatThrownBy(() -> port.read(new byte[10], LONGEST))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(device.toString());
        }
        far = -1;
    }

    @Test
    void aClosedPortReadsNothing() throws Exception {
        var port = LinuxSerialPort.open(kernel, device, 9600);
        port.close();
        port.close();
        assertThatThrownBy(() -> port.read(new byte[10], LONGEST)).hasMessageContaining("is closed");
    }

    @Test
    void anInterruptEndsALongWait() throws Exception {
        var ended = new AtomicReference<Throwable>();
        try (var port = LinuxSerialPort.open(kernel, device, 9600)) {
            var reader = Thread.ofPlatform().start(() -> {
                try {
                    port.read(new byte[10], Duration.ofHours(1));
                } catch (IOException | InterruptedException end) {
                    ended.set(end);
                }
            });
            reader.interrupt();
            assertThat(reader.join(LONGEST)).isTrue();
        }
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatIsNoSerialPortAndWhatIsNotThereAreNamed() throws Exception {
        var file = Files.createFile(folder.resolve("plain"));
        assertThatThrownBy(() -> LinuxSerialPort.open(kernel, file, 9600)).hasMessage(file + " is no serial port");
        assertThatThrownBy(() -> LinuxSerialPort.open(kernel, folder.resolve("ttyS9"), 9600))
                .hasMessageStartingWith("cannot open " + folder.resolve("ttyS9"))
                .hasMessageContaining("enable_uart=1");
    }

    private void send(byte... bytes) {
        assertThat(kernel.write(far, arena.allocateFrom(JAVA_BYTE, bytes))).isEqualTo(bytes.length);
    }
}
