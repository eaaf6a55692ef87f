package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.time.InstantSource;

/// Moves a line as a signal says, whenever somebody calls [#step], unless a hand holds it. Owned by the thread
/// that calls it.
public final class LineMover {
    /// No more pulses in one step than this: a world that runs fast must not flood the board.
    private static final int MOST_PULSES = 1_000;

    private final SimulatedLine line;
    private final Signal signal;
    private final InstantSource world;
    private final boolean pulses;
    private Instant last;
    private double due;

    private LineMover(SimulatedLine line, Signal signal, InstantSource world, boolean pulses) {
        this.line = line;
        this.signal = signal;
        this.world = world;
        this.pulses = pulses;
        this.last = world.instant();
    }

    /// High where the signal is above 0.5.
    public static LineMover level(SimulatedLine line, Signal signal, InstantSource world) {
        return new LineMover(line, signal, world, false);
    }

    /// As many pulses a second as the signal says; at most 1,000 in a step, and the rest is forgotten.
    public static LineMover pulses(SimulatedLine line, Signal hertz, InstantSource world) {
        return new LineMover(line, hertz, world, true);
    }

    public void step() {
        var now = world.instant();
        if (line.isHeld()) {
            last = now;
            return;
        }
        if (pulses) {
            due += Math.max(0, signal.at(now)) * Math.max(0, now.toEpochMilli() - last.toEpochMilli()) / 1000.0;
            int whole = (int) Math.min(due, MOST_PULSES);
            due = due - whole >= 1 ? 0 : due - whole;
            line.pulse(whole);
        } else {
            line.set(signal.at(now) > 0.5);
        }
        last = now;
    }
}
