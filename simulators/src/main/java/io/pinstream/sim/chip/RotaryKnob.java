package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.InstantSource;
import java.util.function.DoubleConsumer;

/// A rotary encoder's two contacts to ground (EC11): closed and opened in quadrature, four edges a detent.
///
/// Turned by [#turn], or by [#step] to where a signal says. Owned by the thread that calls it.
public final class RotaryKnob {
    /// No more detents in one step than this: a world that runs fast must not flood the board.
    private static final int MOST_DETENTS = 50;

    private final SimulatedLine a;
    private final SimulatedLine b;
    private final Signal detents;
    private final InstantSource world;
    private final DoubleConsumer witness;
    private long position;

    /// @param detents where somebody turns it to, in detents; rounded
    /// @param witness hears each detent that it comes to
    public RotaryKnob(SimulatedLine a, SimulatedLine b, Signal detents, InstantSource world, DoubleConsumer witness) {
        this.a = a;
        this.b = b;
        this.detents = detents;
        this.world = world;
        this.witness = witness;
    }

    /// Turns it by so many detents, clockwise where positive.
    public void turn(int by) {
        for (int i = 0; i < Math.abs(by); i++) {
            position += by > 0 ? 1 : -1;
            witness.accept((double) position);
            var first = by > 0 ? a : b;
            var second = by > 0 ? b : a;
            first.set(false);
            second.set(false);
            first.set(true);
            second.set(true);
        }
    }

    /// Turns it to where the signal says, unless a hand holds it.
    public void step() {
        if (a.isHeld() || b.isHeld()) {
            return;
        }
        long to = Math.round(detents.at(world.instant()));
        turn(Math.clamp(to - position, -MOST_DETENTS, MOST_DETENTS));
    }
}
