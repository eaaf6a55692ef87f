package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.time.InstantSource;

/// A ROHM BH1750 as commands: power down and on, reset, the measurement time register, H- and L-resolution once
/// and continuously, each in its time; until then the data register shows what it showed before.
///
/// Headings are those of the technical note BH1750FVI, 2009.04 rev. B. H-resolution mode 2 is not there.
public final class Bh1750Chip implements I2cChip {
    private static final int MTREG = 69;
    private static final int H_MILLIS = 120; // "Electrical Characteristics", typical
    private static final int L_MILLIS = 16;

    private final Signal lux;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private boolean awake;
    private int mtreg = MTREG;
    private int data;
    private boolean measuring;
    private boolean continuous;
    private boolean coarse;
    private Instant due;

    public Bh1750Chip(Signal lux, InstantSource world) {
        this.lux = lux;
        this.world = world;
        this.due = world.instant();
    }

    /// "Measurement Procedure": powered down, with the default time and an empty data register.
    private synchronized void powerOn() {
        awake = false;
        mtreg = MTREG;
        data = 0;
        measuring = false;
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        acknowledge();
        if (bytes.length == 0) {
            return;
        }
        settle();
        int command = bytes[0] & 0xff; // "Write Format": whatever follows in the same transfer is not taken
        if (command >> 3 == 0b01000) {
            mtreg = mtreg & 0b11111 | (command & 0b111) << 5;
        } else if (command >> 5 == 0b011) {
            mtreg = mtreg & 0b111_00000 | command & 0b11111;
        } else {
            switch (command) {
                case 0b0000_0000 -> sleep();
                case 0b0000_0001 -> awake = true;
                case 0b0000_0111 -> data = awake ? 0 : data; // "not acceptable in Power Down mode"
                case 0b0001_0000 -> measure(false, true);
                case 0b0001_0011 -> measure(true, true);
                case 0b0010_0000 -> measure(false, false);
                case 0b0010_0011 -> measure(true, false);
                default -> {
                    // There is no such command: acknowledged, and nothing happens.
                }
            }
        }
    }

    private void sleep() {
        awake = false;
        measuring = false;
    }

    private void measure(boolean low, boolean on) {
        awake = true;
        coarse = low;
        continuous = on;
        measuring = true;
        due = world.instant().plusMillis((long) (coarse ? L_MILLIS : H_MILLIS) * mtreg / MTREG);
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        acknowledge();
        settle();
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 2 == 0 ? data >> 8 : data);
        }
        return bytes;
    }

    private void acknowledge() throws Nak {
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK)) {
            throw new Nak();
        }
    }

    private void settle() {
        var now = world.instant();
        if (!measuring || faults.has(Fault.STUCK_BUSY) || now.isBefore(due)) {
            return;
        }
        int step = coarse ? 4 : 1; // "Electrical Characteristics": resolution
        long steps = (long) (lux.at(now) * 1.2 * mtreg / MTREG);
        data = Math.clamp(steps / step * step, 0, 0xFFFF);
        measuring = continuous;
        awake = continuous; // once measured, it powers itself down
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
