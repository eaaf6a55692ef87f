package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.pinstream.agent.board.NoAnswer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// One chip on an I²C bus, by `/dev/i2c-<bus>`. An adapter that knows nothing but SMBus is used through
/// [SmbusTransfers]. Safe for use by many threads.
final class I2cChip implements Registered.Opened {
    /// Longer than the longest message takes at 100 kHz, 0.74 s. The kernel has one limit for all who use the bus.
    private static final long TIMEOUT_IN_10_MS = 100;

    private final DeviceFile file;
    private final int bus;
    private final int address;
    private final long functions;

    private I2cChip(DeviceFile file, int bus, int address, long functions) {
        this.file = file;
        this.bus = bus;
        this.address = address;
        this.functions = functions;
    }

    /// @throws IOException if the bus is not there, or a driver of the kernel has the chip; whether the chip is
    ///     there is not asked
    static I2cChip open(Kernel kernel, Path root, int bus, int address) throws IOException {
        var file = DeviceFile.open(kernel, Subsystem.I2C, root.resolve("dev/i2c-" + bus));
        try (var arena = Arena.ofConfined()) {
            var functions = arena.allocate(JAVA_LONG);
            file.ioctl("I2C_FUNCS", I2cAbi.FUNCS, functions);
            file.ioctl("I2C_TIMEOUT", I2cAbi.TIMEOUT, TIMEOUT_IN_10_MS);
            claim(file, bus, address);
            return new I2cChip(file, bus, address, functions.get(JAVA_LONG, 0));
        } catch (IOException failed) {
            file.close();
            throw failed;
        }
    }

    /// Sets the address for SMBus transfers. I2C_RDWR carries its own, but does not ask whether a driver of the
    /// kernel talks to the chip already.
    private static void claim(DeviceFile file, int bus, int address) throws IOException {
        try {
            file.ioctl("I2C_SLAVE", I2cAbi.SLAVE, address);
        } catch (KernelFailure refused) {
            throw refused.is(Errno.EBUSY)
                    ? new IOException(
                            "a driver of the kernel has the chip: unbind it, see /sys/bus/i2c/devices/%d-%04x/driver"
                                    .formatted(bus, address),
                            refused)
                    : refused;
        }
    }

    void write(byte[] bytes) throws IOException {
        transfer(bytes, 0);
    }

    byte[] read(int length) throws IOException {
        return transfer(new byte[0], length);
    }

    /// Writes, then reads behind a repeated start.
    byte[] writeRead(byte[] bytes, int length) throws IOException {
        return transfer(bytes, length);
    }

    private byte[] transfer(byte[] out, int length) throws IOException {
        if (out.length > I2cAbi.LONGEST_MESSAGE || length > I2cAbi.LONGEST_MESSAGE) {
            throw new IOException("an I2C message has at most %d bytes, but this had %d"
                    .formatted(I2cAbi.LONGEST_MESSAGE, Math.max(out.length, length)));
        }
        try {
            return (functions & I2cAbi.FUNC_I2C) != 0
                    ? combined(out, length)
                    : new SmbusTransfers(file, functions).transfer(out, length);
        } catch (KernelFailure failed) {
            throw explained(failed);
        }
    }

    /// One transfer of up to two messages, with a repeated start between them.
    private byte[] combined(byte[] out, int length) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var messages = arena.allocate(I2cAbi.MESSAGE, 2);
            var in = arena.allocate(Math.max(length, 1));
            int count = 0;
            if (out.length > 0 || length == 0) {
                // A message without bytes only asks whether the chip acknowledges its address.
                var bytes = arena.allocate(Math.max(out.length, 1));
                MemorySegment.copy(out, 0, bytes, JAVA_BYTE, 0, out.length);
                message(messages, count++, (short) 0, bytes, out.length);
            }
            if (length > 0) {
                message(messages, count++, I2cAbi.MESSAGE_READ, in, length);
            }
            var transfer = arena.allocate(I2cAbi.TRANSFER);
            transfer.set(ADDRESS, 0, messages);
            transfer.set(JAVA_INT, I2cAbi.TRANSFER_COUNT, count);
            file.ioctl("I2C_RDWR", I2cAbi.RDWR, transfer);
            return in.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    private void message(MemorySegment messages, int index, short flags, MemorySegment bytes, int length) {
        long at = index * I2cAbi.MESSAGE.byteSize();
        messages.set(JAVA_SHORT, at, (short) address);
        messages.set(JAVA_SHORT, at + I2cAbi.MESSAGE_FLAGS, flags);
        messages.set(JAVA_SHORT, at + I2cAbi.MESSAGE_LENGTH, (short) length);
        messages.set(ADDRESS, at + I2cAbi.MESSAGE_BUFFER, bytes);
    }

    /// The kernel's Documentation/i2c/fault-codes.rst, and what adapters make of it.
    private IOException explained(KernelFailure failed) {
        var place = "bus %d address 0x%02x".formatted(bus, address);
        if (failed.is(Errno.ENXIO) || failed.is(Errno.EREMOTEIO) || failed.is(Errno.ENODEV)) { // i2c-stub: ENODEV
            return new NoAnswer("no acknowledge from " + place, failed);
        }
        if (failed.is(Errno.ETIMEDOUT)) {
            return new IOException(
                    "the transfer timed out: is SDA or SCL held low? Check wiring and pull-up resistors", failed);
        }
        return failed;
    }

    @Override
    public void close() {
        file.close();
    }
}
