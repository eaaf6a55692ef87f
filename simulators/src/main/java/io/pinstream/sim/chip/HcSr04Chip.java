package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.time.InstantSource;

/// An HC-SR04 on its two lines: a pulse at its trigger, and its echo line is high for as long as the sound is
/// under way. Sections are those of the data sheet "Ultrasonic Ranging Module HC-SR04" (Elecfreaks).
///
/// Driven by whoever moves the trigger.
public final class HcSr04Chip {
    /// "Timing diagram": eight cycles of 40 kHz go out before the echo line rises; modules take 450 µs for it.
    private static final Duration BURST = Duration.ofNanos(450_000);
    /// What it says where nothing comes back.
    private static final Duration NOTHING_HEARD = Duration.ofMillis(38);
    private static final double METERS_PER_SECOND = 343.2; // air of 20 °C
    private static final double FARTHEST = 6; // m: beyond, nothing comes back

    private final SimulatedLine echo;
    private final Signal meters;
    private final InstantSource world;
    private final Faults faults = new Faults(() -> {});

    /// @param meters how far away what it looks at is
    public HcSr04Chip(SimulatedLine trigger, SimulatedLine echo, Signal meters, InstantSource world) {
        this.echo = echo;
        this.meters = meters;
        this.world = world;
        trigger.wire(this::triggered);
    }

    /// [Fault#UNPLUGGED] and [Fault#NAK]: it does not answer. [Fault#STUCK_BUSY]: its echo line never falls.
    public Faults faults() {
        return faults;
    }

    private void triggered(boolean high) {
        if (high || faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK)) {
            return;
        }
        double far = Math.max(0, meters.at(world.instant()));
        var underWay = far > FARTHEST ? NOTHING_HEARD : Duration.ofNanos(Math.round(2 * far / METERS_PER_SECOND * 1e9));
        long begun = echo.nanos() + BURST.toNanos();
        echo.set(true, begun);
        if (!faults.has(Fault.STUCK_BUSY)) {
            echo.set(false, begun + underWay.toNanos());
        }
    }

    /// Its echo line falls at last, as where the power is taken from it for a moment.
    public void reset() {
        echo.set(false);
    }
}
