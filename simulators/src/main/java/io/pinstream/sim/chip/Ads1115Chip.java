package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// A Texas Instruments ADS1115 as registers: pointer, single-shot and continuous conversions that take their
/// time, OS bit, all inputs and ranges. Sections are those of SBAS444D. The comparator is not there.
public final class Ads1115Chip implements I2cChip {
    private static final int CONVERSION = 0;
    private static final int CONFIG = 1;
    private static final int POWER_ON = 0x8583; // 9.6.3
    private static final int OS = 1 << 15;
    private static final int SINGLE_SHOT = 1 << 8;
    private static final double[] RANGES = {6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256};
    private static final int[] RATES = {8, 16, 32, 64, 128, 250, 475, 860};
    private static final int GROUND = -1;
    private static final int[][] INPUTS = {
        {0, 1}, {0, 3}, {1, 3}, {2, 3}, {0, GROUND}, {1, GROUND}, {2, GROUND}, {3, GROUND}
    };

    private final List<Signal> volts;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private int pointer;
    private int config = POWER_ON & ~OS;
    private int lowest = 0x8000;
    private int highest = 0x7FFF;
    private int conversion;
    private boolean due;
    private Instant ready;

    /// @param volts the voltages at A0 to A3
    public Ads1115Chip(List<Signal> volts, InstantSource world) {
        if (volts.size() != 4) {
            throw new IllegalArgumentException("an ADS1115 has 4 inputs, but got " + volts.size());
        }
        this.volts = List.copyOf(volts);
        this.world = world;
        this.ready = world.instant();
    }

    private synchronized void powerOn() {
        pointer = CONVERSION;
        config = POWER_ON & ~OS;
        lowest = 0x8000;
        highest = 0x7FFF;
        conversion = 0;
        due = false;
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        answer();
        if (bytes.length == 0) {
            return;
        }
        pointer = bytes[0] & 0b11; // 9.6.1
        if (bytes.length < 3) {
            return;
        }
        int word = (bytes[1] & 0xff) << 8 | bytes[2] & 0xff;
        switch (pointer) {
            case CONFIG -> configure(word);
            case 2 -> lowest = word;
            case 3 -> highest = word;
            default -> {
                // The conversion register is read-only.
            }
        }
    }

    private void configure(int word) {
        config = word & ~OS;
        boolean single = (word & SINGLE_SHOT) != 0;
        if (!single || (word & OS) != 0) {
            ready = world.instant().plusNanos(1_000_000_000L / RATES[word >> 5 & 0b111]);
            due = true;
        }
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        answer();
        settle();
        int word = switch (pointer) {
            case CONVERSION -> conversion;
            case CONFIG -> config | (due ? 0 : OS);
            case 2 -> lowest;
            default -> highest;
        };
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 2 == 0 ? word >> 8 : word);
        }
        return bytes;
    }

    private void answer() throws Nak {
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK)) {
            throw new Nak();
        }
    }

    private void settle() {
        var now = world.instant();
        if (!due || faults.has(Fault.STUCK_BUSY) || now.isBefore(ready)) {
            return;
        }
        var input = INPUTS[config >> 12 & 0b111];
        double difference = volts(input[0], now) - volts(input[1], now);
        double range = RANGES[config >> 9 & 0b111];
        conversion = Math.clamp(Math.round(difference / range * 32768), Short.MIN_VALUE, Short.MAX_VALUE);
        due = (config & SINGLE_SHOT) == 0;
    }

    private double volts(int pin, Instant now) {
        return pin == GROUND ? 0 : volts.get(pin).at(now);
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
