package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// I²C transfers in SMBus's words, for adapters that know no others: those of PC chip sets, and the kernel's
/// i2c-stub. On the wire they are the same as plain I²C, as far as there is a word for them: at most 32 bytes
/// behind one register byte.
///
/// @param functions of the adapter, `I2C_FUNC_...`
record SmbusTransfers(DeviceFile file, long functions) {
    private static final byte NO_REGISTER = 0;

    /// Writes, then reads.
    ///
    /// @throws IOException if SMBus or this adapter has no such transfer
    byte[] transfer(byte[] out, int length) throws IOException {
        if (length == 0) {
            write(out);
            return new byte[0];
        }
        return switch (out.length) {
            case 0 -> read(length);
            case 1 -> readRegister(out[0], length);
            default -> throw unknown("writes %d bytes, then reads %d".formatted(out.length, length));
        };
    }

    private void write(byte[] out) throws IOException {
        int values = out.length - 1; // behind the register
        if (values == 0 && can(I2cAbi.FUNC_WRITE_BYTE)) {
            exchange(I2cAbi.SMBUS_WRITE, out[0], I2cAbi.SMBUS_BYTE, new byte[1]);
        } else if (values == 1 && can(I2cAbi.FUNC_WRITE_BYTE_DATA)) {
            exchange(I2cAbi.SMBUS_WRITE, out[0], I2cAbi.SMBUS_BYTE_DATA, new byte[] {out[1]});
        } else if (values == 2 && can(I2cAbi.FUNC_WRITE_WORD_DATA)) {
            exchange(I2cAbi.SMBUS_WRITE, out[0], I2cAbi.SMBUS_WORD_DATA, new byte[] {out[1], out[2]});
        } else if (values >= 1 && values <= I2cAbi.SMBUS_BLOCK_MAX && can(I2cAbi.FUNC_WRITE_I2C_BLOCK)) {
            exchange(I2cAbi.SMBUS_WRITE, out[0], I2cAbi.SMBUS_I2C_BLOCK_DATA, block(out, values));
        } else {
            throw unknown("writes %d bytes".formatted(out.length));
        }
    }

    private byte[] read(int length) throws IOException {
        if (length == 1 && can(I2cAbi.FUNC_READ_BYTE)) {
            return exchange(I2cAbi.SMBUS_READ, NO_REGISTER, I2cAbi.SMBUS_BYTE, new byte[1]);
        }
        throw unknown("reads %d bytes from no register".formatted(length));
    }

    private byte[] readRegister(byte register, int length) throws IOException {
        if (length == 1 && can(I2cAbi.FUNC_READ_BYTE_DATA)) {
            return exchange(I2cAbi.SMBUS_READ, register, I2cAbi.SMBUS_BYTE_DATA, new byte[1]);
        }
        if (length == 2 && can(I2cAbi.FUNC_READ_WORD_DATA)) {
            return exchange(I2cAbi.SMBUS_READ, register, I2cAbi.SMBUS_WORD_DATA, new byte[2]);
        }
        if (length <= I2cAbi.SMBUS_BLOCK_MAX && can(I2cAbi.FUNC_READ_I2C_BLOCK)) {
            var block = new byte[length + 1];
            block[0] = (byte) length;
            return behindLength(exchange(I2cAbi.SMBUS_READ, register, I2cAbi.SMBUS_I2C_BLOCK_DATA, block), length);
        }
        throw unknown("reads %d bytes from a register".formatted(length));
    }

    /// A block carries its length in front; the adapter may have read less.
    private static byte[] behindLength(byte[] block, int length) throws IOException {
        if (block[0] != length) {
            throw new IOException("only %d of %d bytes came".formatted(block[0] & 0xff, length));
        }
        var bytes = new byte[length];
        System.arraycopy(block, 1, bytes, 0, length);
        return bytes;
    }

    private static byte[] block(byte[] out, int values) {
        var block = out.clone();
        block[0] = (byte) values; // in the register's place, which goes elsewhere
        return block;
    }

    /// A word's low byte goes over the wire first, as it lies in the memory of a little-endian processor.
    private byte[] exchange(byte direction, byte register, int size, byte[] data) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var union = arena.allocate(I2cAbi.SMBUS_DATA_SIZE, Short.BYTES);
            MemorySegment.copy(data, 0, union, JAVA_BYTE, 0, data.length);
            var transfer = arena.allocate(I2cAbi.SMBUS_TRANSFER);
            transfer.set(JAVA_BYTE, 0, direction);
            transfer.set(JAVA_BYTE, I2cAbi.SMBUS_COMMAND, register);
            transfer.set(JAVA_INT, I2cAbi.SMBUS_SIZE, size);
            transfer.set(ADDRESS, I2cAbi.SMBUS_DATA, union);
            file.ioctl("I2C_SMBUS", I2cAbi.SMBUS, transfer);
            return union.asSlice(0, data.length).toArray(JAVA_BYTE);
        }
    }

    private boolean can(long function) {
        return (functions & function) != 0;
    }

    private static IOException unknown(String transfer) {
        return new IOException("this adapter knows SMBus only, which has no transfer that " + transfer);
    }
}
