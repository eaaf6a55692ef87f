package io.pinstream.agent.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.StructLayout;

/// The I²C character device: linux/i2c.h, linux/i2c-dev.h.
final class I2cAbi {
    static final StructLayout MESSAGE = structLayout(
            JAVA_SHORT.withName("addr"),
            JAVA_SHORT.withName("flags"),
            JAVA_SHORT.withName("len"),
            paddingLayout(2),
            ADDRESS.withName("buf"));
    static final long MESSAGE_FLAGS = MESSAGE.byteOffset(groupElement("flags"));
    static final long MESSAGE_LENGTH = MESSAGE.byteOffset(groupElement("len"));
    static final long MESSAGE_BUFFER = MESSAGE.byteOffset(groupElement("buf"));

    static final StructLayout TRANSFER =
            structLayout(ADDRESS.withName("msgs"), JAVA_INT.withName("nmsgs"), paddingLayout(4));
    static final long TRANSFER_COUNT = TRANSFER.byteOffset(groupElement("nmsgs"));

    static final StructLayout SMBUS_TRANSFER = structLayout(
            JAVA_BYTE.withName("read_write"),
            JAVA_BYTE.withName("command"),
            paddingLayout(2),
            JAVA_INT.withName("size"),
            ADDRESS.withName("data"));
    static final long SMBUS_COMMAND = SMBUS_TRANSFER.byteOffset(groupElement("command"));
    static final long SMBUS_SIZE = SMBUS_TRANSFER.byteOffset(groupElement("size"));
    static final long SMBUS_DATA = SMBUS_TRANSFER.byteOffset(groupElement("data"));

    /// `union i2c_smbus_data`: a byte, a word, or a block with its length in front and a byte to spare behind.
    static final int SMBUS_BLOCK_MAX = 32;
    static final int SMBUS_DATA_SIZE = SMBUS_BLOCK_MAX + 2;

    static final short MESSAGE_READ = 1; // I2C_M_RD
    static final int LONGEST_MESSAGE = 8_192; // i2c-dev.c refuses more

    static final byte SMBUS_READ = 1;
    static final byte SMBUS_WRITE = 0;
    static final int SMBUS_BYTE = 1;
    static final int SMBUS_BYTE_DATA = 2;
    static final int SMBUS_WORD_DATA = 3;
    static final int SMBUS_I2C_BLOCK_DATA = 8;

    static final long FUNC_I2C = 0x1;
    static final long FUNC_READ_BYTE = 0x2_0000;
    static final long FUNC_WRITE_BYTE = 0x4_0000;
    static final long FUNC_READ_BYTE_DATA = 0x8_0000;
    static final long FUNC_WRITE_BYTE_DATA = 0x10_0000;
    static final long FUNC_READ_WORD_DATA = 0x20_0000;
    static final long FUNC_WRITE_WORD_DATA = 0x40_0000;
    static final long FUNC_READ_I2C_BLOCK = 0x400_0000;
    static final long FUNC_WRITE_I2C_BLOCK = 0x800_0000;

    // Older than the _IOC macro: plain numbers.
    static final long TIMEOUT = 0x0702; // in units of 10 ms
    static final long SLAVE = 0x0703;
    static final long FUNCS = 0x0705;
    static final long RDWR = 0x0707;
    static final long SMBUS = 0x0720;

    private I2cAbi() {}
}
