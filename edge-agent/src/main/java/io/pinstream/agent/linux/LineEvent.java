package io.pinstream.agent.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One edge, as the kernel tells it (`gpio_v2_line_event`).
///
/// @param high the level behind it
/// @param nanos CLOCK_MONOTONIC, which is also what [System#nanoTime] reads on Linux: the two can be compared
/// @param number the kernel's count of this line's edges (`line_seqno`), from 1; 32 bits, so it wraps
record LineEvent(boolean high, long nanos, int number) {
    static LineEvent decode(MemorySegment event) {
        return new LineEvent(
                event.get(ValueLayout.JAVA_INT, GpioAbi.EVENT_ID) == GpioAbi.EVENT_RISING_EDGE,
                event.get(ValueLayout.JAVA_LONG, 0),
                event.get(ValueLayout.JAVA_INT, GpioAbi.EVENT_LINE_SEQUENCE));
    }

    /// The edge's number without wrapping.
    ///
    /// @param last the number of the edge before; 0 if this is the first one
    long after(long last) {
        return last + ((number - (int) last) & 0xffff_ffffL);
    }
}
