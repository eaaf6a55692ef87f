package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.pinstream.agent.board.SerialPort;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;

/// A serial port by its terminal device, such as `/dev/ttyAMA0`, set to pass bytes as they are.
final class LinuxSerialPort implements SerialPort {
    /// So long a wait is not interrupted, and closing may have to wait.
    private static final Duration SLICE = Duration.ofMillis(100);

    private static final int LONGEST = 4096; // the kernel's own buffer

    private final DeviceFile file;

    private LinuxSerialPort(DeviceFile file) {
        this.file = file;
    }

    static LinuxSerialPort open(Kernel kernel, Path device, int baud) throws IOException {
        var file = DeviceFile.openTerminal(kernel, device);
        try (var arena = Arena.ofConfined()) {
            int ignored = file.ioctl("TIOCEXCL", TerminalAbi.EXCLUSIVE, 0);
            var settings = arena.allocate(TerminalAbi.TERMIOS2);
            file.ioctl("TCGETS2", TerminalAbi.GET, settings);
            settings.set(JAVA_INT, TerminalAbi.INPUT_MODES, 0);
            settings.set(JAVA_INT, TerminalAbi.OUTPUT_MODES, 0);
            settings.set(JAVA_INT, TerminalAbi.LOCAL_MODES, 0);
            settings.set(JAVA_INT, TerminalAbi.CONTROL_MODES, TerminalAbi.EIGHT_BITS_AT_ANY_SPEED);
            settings.set(JAVA_BYTE, TerminalAbi.CHARACTERS + TerminalAbi.TIME, (byte) 0);
            settings.set(JAVA_BYTE, TerminalAbi.CHARACTERS + TerminalAbi.LEAST, (byte) 1);
            settings.set(JAVA_INT, TerminalAbi.INPUT_SPEED, baud);
            settings.set(JAVA_INT, TerminalAbi.OUTPUT_SPEED, baud);
            file.ioctl("TCSETSF2", TerminalAbi.SET_AND_FLUSH, settings);
            return new LinuxSerialPort(file);
        } catch (KernelFailure failed) {
            file.close();
            throw failed.is(Errno.ENOTTY) ? new IOException(device + " is no serial port", failed) : failed;
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    @Override
    public int read(byte[] buffer, Duration atMost) throws IOException, InterruptedException {
        long left = Math.max(0, atMost.toMillis());
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocate(Math.min(buffer.length, LONGEST));
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long slice = Math.min(left, SLICE.toMillis());
                if (file.isReadable((int) slice)) {
                    int count = file.readWhatIsThere(bytes);
                    MemorySegment.copy(bytes, JAVA_BYTE, 0, buffer, 0, count);
                    if (count > 0) {
                        return count;
                    }
                }
                if (left <= 0) {
                    return 0;
                }
                left -= slice;
            }
        }
    }

    @Override
    public void write(byte... bytes) throws IOException {
        try (var arena = Arena.ofConfined()) {
            file.writeAll(arena.allocateFrom(JAVA_BYTE, bytes));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
