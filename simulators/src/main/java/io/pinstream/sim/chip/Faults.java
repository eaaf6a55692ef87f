package io.pinstream.sim.chip;

import java.util.EnumSet;
import java.util.Set;

/// The faults that a chip has at the moment. May be set by any thread while the chip runs.
public final class Faults {
    private final Set<Fault> present = EnumSet.noneOf(Fault.class);
    private final Runnable powerOn;
    private final Set<Fault> own;

    /// @param powerOn what happens where the power comes back
    /// @param own what can go wrong with this chip beyond what can with any
    Faults(Runnable powerOn, Fault... own) {
        this.powerOn = powerOn;
        this.own = Set.of(own);
    }

    /// Whether it is a fault of this chip's kind, and not one that every chip may have.
    public boolean areOf(Fault fault) {
        return own.contains(fault);
    }

    public synchronized void set(Fault fault) {
        present.add(fault);
    }

    /// Mends one fault. Plugging a chip in again is a power-on.
    public void mend(Fault fault) {
        boolean mended;
        synchronized (this) {
            mended = present.remove(fault);
        }
        if (mended && fault == Fault.UNPLUGGED) {
            powerOn.run(); // not under our lock: the chip asks us under its own
        }
    }

    /// A dip of the supply: the chip forgets everything and starts as after power-on.
    public void brownOut() {
        powerOn.run();
    }

    public synchronized boolean has(Fault fault) {
        return present.contains(fault);
    }
}
