package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// One chip on an SPI bus, by `/dev/spidev<bus>.<chip select>`. Safe for use by many threads.
final class SpiChip implements Registered.Opened {
    private static final byte BITS_PER_WORD = 8;

    private final DeviceFile file;
    private final int baud;

    private SpiChip(DeviceFile file, int baud) {
        this.file = file;
        this.baud = baud;
    }

    /// @param mode clock polarity and phase, 0 to 3, and [SpiAbi#LSB_FIRST]
    /// @param baud most bits a second
    static SpiChip open(Kernel kernel, Path device, int mode, int baud) throws IOException {
        var file = DeviceFile.open(kernel, Subsystem.SPI, device);
        try (var arena = Arena.ofConfined()) {
            var octet = arena.allocate(JAVA_BYTE);
            octet.set(JAVA_BYTE, 0, (byte) mode);
            file.ioctl("SPI_IOC_WR_MODE", SpiAbi.WRITE_MODE, octet);
            octet.set(JAVA_BYTE, 0, BITS_PER_WORD);
            file.ioctl("SPI_IOC_WR_BITS_PER_WORD", SpiAbi.WRITE_BITS_PER_WORD, octet);
            var speed = arena.allocate(JAVA_INT);
            speed.set(JAVA_INT, 0, baud);
            file.ioctl("SPI_IOC_WR_MAX_SPEED_HZ", SpiAbi.WRITE_MAX_SPEED, speed);
            return new SpiChip(file, baud);
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    /// Shifts out and in at the same time, with the chip selected all the while.
    byte[] transfer(byte[] out) throws IOException {
        if (out.length == 0) {
            return out;
        }
        try (var arena = Arena.ofConfined()) {
            var sent = arena.allocate(out.length);
            var received = arena.allocate(out.length);
            MemorySegment.copy(out, 0, sent, JAVA_BYTE, 0, out.length);
            var transfer = arena.allocate(SpiAbi.TRANSFER);
            transfer.set(JAVA_LONG, 0, sent.address());
            transfer.set(JAVA_LONG, SpiAbi.TRANSFER_IN, received.address());
            transfer.set(JAVA_INT, SpiAbi.TRANSFER_LENGTH, out.length);
            transfer.set(JAVA_INT, SpiAbi.TRANSFER_SPEED, baud);
            transfer.set(JAVA_BYTE, SpiAbi.TRANSFER_BITS, BITS_PER_WORD);
            file.ioctl("SPI_IOC_MESSAGE(1)", SpiAbi.MESSAGE_OF_ONE, transfer);
            return received.toArray(JAVA_BYTE);
        } catch (KernelFailure failed) {
            throw failed.is(Errno.EMSGSIZE)
                    ? new IOException(
                            "%d bytes are more than the driver's buffer holds: raise spidev.bufsiz in cmdline.txt"
                                    .formatted(out.length),
                            failed)
                    : failed;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
