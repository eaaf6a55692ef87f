package io.pinstream.sim.chip;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/// A GPIO line from the outside world's side: whoever moves it, the board hears. Safe for use by many threads;
/// edges are told in order, one after the other.
///
/// A board that debounces hears every move as one edge, as the kernel's debounce makes it; one that does not also
/// hears a contact bounce, where it does. A line whose wire is off goes where the board's own resistor pulls it.
public final class SimulatedLine {
    /// The board's ear.
    public interface Ear {
        /// @param sequence the edge's number, from 1, as the kernel counts it
        /// @param nanos when, by [#nanos]
        void edge(boolean high, long sequence, long nanos);

        /// The clock that stamps edges.
        long nanos();
    }

    private final Faults faults = new Faults(() -> {});
    private Optional<Ear> ear = Optional.empty();
    private Consumer<Boolean> witness = _ -> {};
    private Optional<Boolean> pull = Optional.empty();
    private Consumer<Boolean> chip = _ -> {};
    private boolean high;
    private boolean driven;
    private boolean outside;
    private boolean connected = true;
    private boolean debounced = true;
    private boolean held;
    private int bounces;
    private long sequence;
    private int toLose;

    /// What the board's own resistor makes of a line that nobody has moved yet.
    public synchronized void pull(boolean up) {
        pull = Optional.of(up);
        if (!driven || !connected) {
            high = up;
        }
    }

    /// The clock that stamps edges; it stands still where no board listens.
    public synchronized long nanos() {
        return ear.map(Ear::nanos).orElse(0L);
    }

    /// Moves the line; nothing happens where it is there already.
    public void set(boolean newHigh) {
        set(newHigh, nanos());
    }

    /// Moves the line at a moment that this machine's scheduler has no say in: the board hears of it now, and it
    /// has that time stamp. So a chip's pulse is as long as the chip makes it.
    ///
    /// @param nanos by [#nanos]
    public synchronized void set(boolean newHigh, long nanos) {
        driven = true;
        outside = newHigh;
        if (connected) {
            move(newHigh, nanos);
        }
    }

    /// Takes the wire off: the line goes where the board's resistor pulls it, or stays where there is none.
    public synchronized void disconnect() {
        connected = false;
        pull.ifPresent(to -> move(to, nanos()));
    }

    /// Puts the wire on again: the line goes where the outside world has it by now.
    public synchronized void connect() {
        connected = true;
        move(driven ? outside : high, nanos());
    }

    public synchronized boolean isConnected() {
        return connected;
    }

    /// Lets the contact bounce from now on: so often it goes back at each move before it stays; 0 for never.
    public synchronized void bounce(int times) {
        bounces = times;
    }

    public synchronized boolean isBouncing() {
        return bounces > 0;
    }

    /// A hand is on it: from now on nothing moves it by itself.
    public synchronized void hold() {
        held = true;
    }

    synchronized boolean isHeld() {
        return held;
    }

    /// Where the outside world has it, whatever the board sees.
    public synchronized boolean outside() {
        return driven ? outside : high;
    }

    private void move(boolean newHigh, long nanos) {
        if (newHigh == high) {
            return;
        }
        for (int i = 0; i < (debounced ? 0 : bounces); i++) {
            edge(newHigh, nanos);
            edge(!newHigh, nanos);
        }
        edge(newHigh, nanos);
    }

    private void edge(boolean newHigh, long nanos) {
        high = newHigh;
        chip.accept(high);
        if (faults.has(Fault.UNPLUGGED) || ear.isEmpty()) {
            return;
        }
        sequence++;
        if (toLose > 0) {
            toLose--;
            return;
        }
        witness.accept(high);
        ear.get().edge(high, sequence, nanos);
    }

    /// Lets somebody know of every edge that the board is told, before it is.
    public synchronized void tell(Consumer<Boolean> newWitness) {
        witness = newWitness;
    }

    /// Wires a chip's input to it: the chip sees every move, the board's own ones as well.
    public synchronized void wire(Consumer<Boolean> input) {
        chip = input;
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
    public void request(Ear newEar) {
        request(newEar, true);
    }

    /// The same, and says whether the board debounces.
    public synchronized void request(Ear newEar, boolean newDebounced) {
        ear = Optional.of(newEar);
        debounced = newDebounced;
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
