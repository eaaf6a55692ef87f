package io.pinstream.sim.chip;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/// A GPIO line from the outside world's side: whoever moves it, the board hears. Safe for use by many threads;
/// edges are told in order, one after the other.
///
/// It moves as if the kernel's debounce had been at work: every move is an edge.
public final class SimulatedLine {
    /// The board's ear.
    @FunctionalInterface
    public interface Ear {
        /// @param sequence the edge's number, from 1, as the kernel counts it
        void edge(boolean high, long sequence);
    }

    private final Faults faults = new Faults(() -> {});
    private Optional<Ear> ear = Optional.empty();
    private Consumer<Boolean> witness = _ -> {};
    private boolean high;
    private boolean driven;
    private long sequence;
    private int toLose;

    /// What the board's own resistor makes of a line that nobody has moved yet.
    public synchronized void pull(boolean up) {
        if (!driven) {
            high = up;
        }
    }

    /// Moves the line; nothing happens where it is there already.
    public synchronized void set(boolean newHigh) {
        driven = true;
        if (newHigh == high) {
            return;
        }
        high = newHigh;
        if (faults.has(Fault.UNPLUGGED) || ear.isEmpty()) {
            return;
        }
        sequence++;
        if (toLose > 0) {
            toLose--;
            return;
        }
        witness.accept(high);
        ear.get().edge(high, sequence);
    }

    /// Lets somebody know of every edge that the board is told, before it is.
    public synchronized void tell(Consumer<Boolean> newWitness) {
        witness = newWitness;
    }

    /// Raises and lowers it.
    public void pulse(int times) {
        for (int i = 0; i < times; i++) {
            set(true);
            set(false);
        }
    }

    /// Loses the next edges as a full kernel queue does: they are counted and never told.
    public synchronized void lose(int edges) {
        toLose = edges;
    }

    /// The level, as the board reads it.
    public synchronized boolean isHigh() throws IOException {
        if (faults.has(Fault.UNPLUGGED)) {
            throw new IOException("No such device");
        }
        return high;
    }

    /// Requested by a board: counting begins at 1 anew.
    public synchronized void request(Ear newEar) {
        ear = Optional.of(newEar);
        sequence = 0;
    }

    public synchronized void release() {
        ear = Optional.empty();
    }

    /// [Fault#UNPLUGGED]: the GPIO chip is gone. The board hears nothing, and only a look at the line finds out.
    public Faults faults() {
        return faults;
    }
}
