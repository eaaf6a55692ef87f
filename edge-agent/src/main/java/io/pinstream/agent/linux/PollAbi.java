package io.pinstream.agent.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/// What poll(2) and eventfd(2) take: poll.h, asm-generic/poll.h.
final class PollAbi {
    static final StructLayout FD = MemoryLayout.structLayout(
            JAVA_INT.withName("fd"), JAVA_SHORT.withName("events"), JAVA_SHORT.withName("revents"));
    static final long FD_EVENTS = FD.byteOffset(groupElement("events"));
    static final long FD_REVENTS = FD.byteOffset(groupElement("revents"));

    static final short IN = 0x01;
    static final short ERR = 0x08;
    static final short HUP = 0x10;
    static final short NVAL = 0x20;

    private PollAbi() {}
}
