package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/// A Maxim MAX31855K as a shift register: 32 bits, highest first, that are frozen while the chip is selected; a
/// conversion each 70 ms, the first 200 ms after power-on; a thermocouple that may be open or shorted, and whose
/// curve the chip takes for a straight line.
///
/// Headings are those of 19-5793 rev. 5.
public final class Max31855Chip implements SpiChip {
    private static final int FAULT = 1 << 16;
    private static final int POWER_UP_MILLIS = 200; // "Thermal Characteristics": conversion power-up time
    private static final int CONVERSION_MILLIS = 70;
    private static final double MILLIVOLTS_PER_DEGREE = 0.041276; // table 1, type K

    private final Signal celsius;
    private final Signal junction;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn, Fault.OPEN, Fault.SHORT_TO_GROUND, Fault.SHORT_TO_SUPPLY);
    private int frame;
    private Instant due;

    /// @param celsius of the thermocouple
    /// @param junction of the chip, in °C
    public Max31855Chip(Signal celsius, Signal junction, InstantSource world) {
        this.celsius = celsius;
        this.junction = junction;
        this.world = world;
        this.due = world.instant(); // it has had its power for long
    }

    private synchronized void powerOn() {
        frame = 0;
        due = world.instant().plusMillis(POWER_UP_MILLIS);
    }

    @Override
    public synchronized byte[] transfer(byte[] in) {
        var out = new byte[in.length];
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK)) {
            Arrays.fill(out, (byte) 0xff); // a line that nobody drives, with a pull-up
            return out;
        }
        settle();
        for (int i = 0; i < Math.min(out.length, 4); i++) {
            out[i] = (byte) (frame >> 24 - 8 * i);
        }
        return out;
    }

    private void settle() {
        var now = world.instant();
        if (faults.has(Fault.STUCK_BUSY) || now.isBefore(due)) {
            return;
        }
        due = now.plusMillis(CONVERSION_MILLIS);
        // Tables 2 to 5
        double here = junction.at(now);
        double straight = here + (TypeK.millivolts(celsius.at(now)) - TypeK.millivolts(here)) / MILLIVOLTS_PER_DEGREE;
        int hot = Math.clamp(Math.round(straight * 4), -0x2000, 0x1FFF);
        int cold = Math.clamp(Math.round(here * 16), -0x800, 0x7FF);
        int broken = (faults.has(Fault.OPEN) ? 1 : 0)
                | (faults.has(Fault.SHORT_TO_GROUND) ? 1 << 1 : 0)
                | (faults.has(Fault.SHORT_TO_SUPPLY) ? 1 << 2 : 0);
        frame = hot << 18 | (broken == 0 ? 0 : FAULT) | (cold & 0xFFF) << 4 | broken;
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
