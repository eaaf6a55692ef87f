package io.pinstream.sim.signal;

import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalDouble;

/// A signal that somebody can spoil while it runs: let it drift, stick, or jump for a while. What it shows then is
/// what the chip truly feels; no driver can tell it from the weather. Safe for use by many threads.
public final class Disturbed implements Signal {
    private static final double MILLIS_IN_MINUTE = 60_000;

    private final Signal signal;
    private final InstantSource world;
    private OptionalDouble held = OptionalDouble.empty();
    private double driftPerMinute;
    private Instant driftFrom = Instant.EPOCH;
    private double offset;

    /// @param world what time it is for who spoils it
    public Disturbed(Signal signal, InstantSource world) {
        this.signal = signal;
        this.world = world;
    }

    /// Adds more and more, from now on.
    public synchronized void drift(double perMinute) {
        Figures.check("drift", perMinute);
        driftPerMinute = perMinute;
        driftFrom = world.instant();
    }

    /// Stays where it is now.
    public synchronized void stick() {
        held = OptionalDouble.of(at(world.instant()));
    }

    /// Is higher by this.
    public synchronized void spike(double by) {
        Figures.check("spike", by);
        offset = by;
    }

    /// No longer drifts: it is again what it was.
    public void endDrift() {
        drift(0);
    }

    public synchronized void release() {
        held = OptionalDouble.empty();
    }

    public void endSpike() {
        spike(0);
    }

    @Override
    public synchronized double at(Instant time) {
        if (held.isPresent()) {
            return held.getAsDouble();
        }
        double minutes = Math.max(0, time.toEpochMilli() - driftFrom.toEpochMilli()) / MILLIS_IN_MINUTE;
        return signal.at(time) + driftPerMinute * minutes + offset;
    }
}
