package io.pinstream.agent.board;

import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.DigitalStateChangeEvent;

/// A Pi4J edge with what the kernel knows of it, for providers that have it; Pi4J's own event carries neither.
public final class StampedEdge extends DigitalStateChangeEvent<DigitalInput> {
    private final long monotonicNanos;
    private final long sequence;

    /// @param monotonicNanos CLOCK_MONOTONIC, which is what [System#nanoTime] reads on Linux
    /// @param sequence the kernel's edge number of this line (`line_seqno`), from 1
    public StampedEdge(DigitalInput line, DigitalState state, long monotonicNanos, long sequence) {
        super(line, state);
        this.monotonicNanos = monotonicNanos;
        this.sequence = sequence;
    }

    public long monotonicNanos() {
        return monotonicNanos;
    }

    public long sequence() {
        return sequence;
    }
}
