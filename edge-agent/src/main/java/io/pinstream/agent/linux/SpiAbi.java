package io.pinstream.agent.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.StructLayout;

/// The SPI character device: linux/spi/spidev.h.
final class SpiAbi {
    static final StructLayout TRANSFER = structLayout(
            JAVA_LONG.withName("tx_buf"), // addresses, but 64 bits wide on every machine
            JAVA_LONG.withName("rx_buf"),
            JAVA_INT.withName("len"),
            JAVA_INT.withName("speed_hz"),
            JAVA_SHORT.withName("delay_usecs"),
            JAVA_BYTE.withName("bits_per_word"),
            JAVA_BYTE.withName("cs_change"),
            JAVA_BYTE.withName("tx_nbits"),
            JAVA_BYTE.withName("rx_nbits"),
            JAVA_BYTE.withName("word_delay_usecs"),
            JAVA_BYTE.withName("pad"));
    static final long TRANSFER_IN = TRANSFER.byteOffset(groupElement("rx_buf"));
    static final long TRANSFER_LENGTH = TRANSFER.byteOffset(groupElement("len"));
    static final long TRANSFER_SPEED = TRANSFER.byteOffset(groupElement("speed_hz"));
    static final long TRANSFER_BITS = TRANSFER.byteOffset(groupElement("bits_per_word"));

    static final int LSB_FIRST = 0x08; // a bit of the mode

    private static final int TYPE = 'k';

    static final long MESSAGE_OF_ONE = Ioctl.write(TYPE, 0, TRANSFER); // SPI_IOC_MESSAGE(1)
    static final long WRITE_MODE = Ioctl.write(TYPE, 1, JAVA_BYTE);
    static final long WRITE_BITS_PER_WORD = Ioctl.write(TYPE, 3, JAVA_BYTE);
    static final long WRITE_MAX_SPEED = Ioctl.write(TYPE, 4, JAVA_INT);

    private SpiAbi() {}
}
