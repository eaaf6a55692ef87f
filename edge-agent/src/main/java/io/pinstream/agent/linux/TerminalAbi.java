package io.pinstream.agent.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.StructLayout;

/// What the kernel's terminals take, as far as a serial line without anybody typing needs it:
/// asm-generic/termbits.h and asm-generic/ioctls.h. The second version of the structure, because it takes any
/// speed.
final class TerminalAbi {
    static final StructLayout TERMIOS2 = structLayout(
            JAVA_INT.withName("c_iflag"),
            JAVA_INT.withName("c_oflag"),
            JAVA_INT.withName("c_cflag"),
            JAVA_INT.withName("c_lflag"),
            JAVA_BYTE.withName("c_line"),
            sequenceLayout(19, JAVA_BYTE).withName("c_cc"),
            JAVA_INT.withName("c_ispeed"),
            JAVA_INT.withName("c_ospeed"));
    static final long INPUT_MODES = TERMIOS2.byteOffset(groupElement("c_iflag"));
    static final long OUTPUT_MODES = TERMIOS2.byteOffset(groupElement("c_oflag"));
    static final long CONTROL_MODES = TERMIOS2.byteOffset(groupElement("c_cflag"));
    static final long LOCAL_MODES = TERMIOS2.byteOffset(groupElement("c_lflag"));
    static final long CHARACTERS = TERMIOS2.byteOffset(groupElement("c_cc"));
    static final long INPUT_SPEED = TERMIOS2.byteOffset(groupElement("c_ispeed"));
    static final long OUTPUT_SPEED = TERMIOS2.byteOffset(groupElement("c_ospeed"));

    /// CS8, CREAD, CLOCAL, BOTHER: 8 bits, no parity, receive, no modem lines, the speed as a number.
    static final int EIGHT_BITS_AT_ANY_SPEED = 0x30 | 0x80 | 0x800 | 0x1000;

    /// Positions in `c_cc`: a read waits for nothing (VTIME) and for one byte (VMIN).
    static final long TIME = 5;
    static final long LEAST = 6;

    private static final int TYPE = 'T';

    static final long GET = Ioctl.read(TYPE, 0x2a, TERMIOS2); // TCGETS2
    static final long SET_AND_FLUSH = Ioctl.write(TYPE, 0x2d, TERMIOS2); // TCSETSF2
    static final long EXCLUSIVE = 0x540c; // TIOCEXCL

    private TerminalAbi() {}
}
