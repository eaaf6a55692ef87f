package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/// A Microchip MCP3008 as a shift register, bit by bit: start bit, four control bits, null bit, ten bits of the
/// value, highest first, and then the value again, lowest first. Sections are those of DS21295D.
public final class Mcp3008Chip implements SpiChip {
    private static final int BITS = 10;
    private static final int STEPS = 1 << BITS;
    private static final int FROM_START_TO_NULL = 6; // 5.0, figure 5-1: 4 control bits and 1.5 clocks of sampling

    private final List<Signal> volts;
    private final double reference;
    private final InstantSource world;
    private final Faults faults = new Faults(() -> {});

    /// @param volts the voltages at CH0 to CH7
    /// @param reference the voltage at VREF
    public Mcp3008Chip(List<Signal> volts, double reference, InstantSource world) {
        if (volts.size() != 8) {
            throw new IllegalArgumentException("an MCP3008 has 8 inputs, but got " + volts.size());
        }
        this.volts = List.copyOf(volts);
        this.reference = reference;
        this.world = world;
    }

    @Override
    public byte[] transfer(byte[] in) {
        var out = new byte[in.length];
        Arrays.fill(out, (byte) 0xff); // a line that nobody drives, with a pull-up
        int start = 0;
        while (start < in.length * 8 && !bit(in, start)) {
            start++;
        }
        int begin = start + FROM_START_TO_NULL;
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK) || begin >= in.length * 8) {
            return out;
        }
        int control = 0;
        for (int i = 1; i <= 4; i++) {
            control = control << 1 | (bit(in, start + i) ? 1 : 0);
        }
        int code = code(control);
        for (int at = begin; at < in.length * 8; at++) {
            int place = at - begin - 1; // −1 is the null bit
            boolean one = place >= 0
                    && place < 2 * BITS - 1
                    && (code >> (place < BITS ? BITS - 1 - place : place - BITS + 1) & 1) == 1;
            if (!one) {
                out[at / 8] &= (byte) ~(0x80 >> at % 8);
            }
        }
        return out;
    }

    /// Table 5-2: single-ended, or the channel of a pair against the other one.
    private int code(int control) {
        int channel = control & 0b111;
        var now = world.instant();
        double input = volts.get(channel).at(now);
        if ((control & 0b1000) == 0) {
            input -= volts.get(channel ^ 1).at(now);
        }
        return Math.clamp((long) (STEPS * input / reference), 0, STEPS - 1); // equation 4-2
    }

    private static boolean bit(byte[] bytes, int at) {
        return (bytes[at / 8] & 0x80 >> at % 8) != 0;
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
