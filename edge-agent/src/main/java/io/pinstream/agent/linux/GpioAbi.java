package io.pinstream.agent.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.StructLayout;

/// The GPIO character device, second edition (Linux 5.10 and later): linux/gpio.h. The first edition is left out
/// of newer kernels, and its events have no numbers.
final class GpioAbi {
    static final int NAME_SIZE = 32; // GPIO_MAX_NAME_SIZE, closing zero included
    static final int LINES_MAX = 64; // GPIO_V2_LINES_MAX
    static final int ATTRIBUTES_MAX = 10; // GPIO_V2_LINE_NUM_ATTRS_MAX

    static final StructLayout CHIP_INFO = structLayout(
            sequenceLayout(NAME_SIZE, JAVA_BYTE).withName("name"),
            sequenceLayout(NAME_SIZE, JAVA_BYTE).withName("label"),
            JAVA_INT.withName("lines"));
    static final long CHIP_LABEL = CHIP_INFO.byteOffset(groupElement("label"));
    static final long CHIP_LINES = CHIP_INFO.byteOffset(groupElement("lines"));

    static final StructLayout VALUES = structLayout(JAVA_LONG.withName("bits"), JAVA_LONG.withName("mask"));
    static final long VALUES_MASK = VALUES.byteOffset(groupElement("mask"));

    /// The value is a union: flags, output values or, in its first half, the debounce period in microseconds.
    static final StructLayout ATTRIBUTE =
            structLayout(JAVA_INT.withName("id"), paddingLayout(4), JAVA_LONG.withName("value"));
    static final long ATTRIBUTE_VALUE = ATTRIBUTE.byteOffset(groupElement("value"));

    static final StructLayout CONFIG_ATTRIBUTE = structLayout(ATTRIBUTE.withName("attr"), JAVA_LONG.withName("mask"));
    static final long CONFIG_ATTRIBUTE_MASK = CONFIG_ATTRIBUTE.byteOffset(groupElement("mask"));

    static final StructLayout CONFIG = structLayout(
            JAVA_LONG.withName("flags"),
            JAVA_INT.withName("num_attrs"),
            paddingLayout(5 * 4),
            sequenceLayout(ATTRIBUTES_MAX, CONFIG_ATTRIBUTE).withName("attrs"));
    static final long CONFIG_COUNT = CONFIG.byteOffset(groupElement("num_attrs"));
    static final long CONFIG_ATTRIBUTES = CONFIG.byteOffset(groupElement("attrs"));

    static final StructLayout REQUEST = structLayout(
            sequenceLayout(LINES_MAX, JAVA_INT).withName("offsets"),
            sequenceLayout(NAME_SIZE, JAVA_BYTE).withName("consumer"),
            CONFIG.withName("config"),
            JAVA_INT.withName("num_lines"),
            JAVA_INT.withName("event_buffer_size"),
            paddingLayout(5 * 4),
            JAVA_INT.withName("fd"));
    static final long REQUEST_CONSUMER = REQUEST.byteOffset(groupElement("consumer"));
    static final long REQUEST_CONFIG = REQUEST.byteOffset(groupElement("config"));
    static final long REQUEST_LINES = REQUEST.byteOffset(groupElement("num_lines"));
    static final long REQUEST_BUFFER = REQUEST.byteOffset(groupElement("event_buffer_size"));
    static final long REQUEST_FD = REQUEST.byteOffset(groupElement("fd"));

    static final StructLayout LINE_INFO = structLayout(
            sequenceLayout(NAME_SIZE, JAVA_BYTE).withName("name"),
            sequenceLayout(NAME_SIZE, JAVA_BYTE).withName("consumer"),
            JAVA_INT.withName("offset"),
            JAVA_INT.withName("num_attrs"),
            JAVA_LONG.withName("flags"),
            sequenceLayout(ATTRIBUTES_MAX, ATTRIBUTE).withName("attrs"),
            paddingLayout(4 * 4));
    static final long LINE_CONSUMER = LINE_INFO.byteOffset(groupElement("consumer"));
    static final long LINE_OFFSET = LINE_INFO.byteOffset(groupElement("offset"));
    static final long LINE_FLAGS = LINE_INFO.byteOffset(groupElement("flags"));

    static final StructLayout EVENT = structLayout(
            JAVA_LONG.withName("timestamp_ns"),
            JAVA_INT.withName("id"),
            JAVA_INT.withName("offset"),
            JAVA_INT.withName("seqno"),
            JAVA_INT.withName("line_seqno"),
            paddingLayout(6 * 4));
    static final long EVENT_ID = EVENT.byteOffset(groupElement("id"));
    static final long EVENT_LINE_SEQUENCE = EVENT.byteOffset(groupElement("line_seqno"));

    static final long FLAG_USED = 1;
    static final long FLAG_INPUT = 1 << 2;
    static final long FLAG_OUTPUT = 1 << 3;
    static final long FLAG_EDGE_RISING = 1 << 4;
    static final long FLAG_EDGE_FALLING = 1 << 5;
    static final long FLAG_BIAS_PULL_UP = 1 << 8;
    static final long FLAG_BIAS_PULL_DOWN = 1 << 9;
    static final long FLAG_BIAS_DISABLED = 1 << 10;

    static final int ATTRIBUTE_OUTPUT_VALUES = 2;
    static final int ATTRIBUTE_DEBOUNCE = 3;
    static final int EVENT_RISING_EDGE = 1;
    static final int EVENT_FALLING_EDGE = 2;

    private static final int TYPE = 0xb4;

    static final long GET_CHIPINFO = Ioctl.read(TYPE, 0x01, CHIP_INFO);
    static final long GET_LINEINFO = Ioctl.readWrite(TYPE, 0x05, LINE_INFO);
    static final long GET_LINE = Ioctl.readWrite(TYPE, 0x07, REQUEST);
    static final long GET_VALUES = Ioctl.readWrite(TYPE, 0x0e, VALUES);
    static final long SET_VALUES = Ioctl.readWrite(TYPE, 0x0f, VALUES);

    private GpioAbi() {}
}
