package io.pinstream.sim.chip;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// The calibration of a simulated BME280, and the way back from a figure to the raw value that gives it.
///
/// The formulas are Bosch's integer ones (BST-BME280-DS002, 4.2.3), on purpose: the driver uses the floating
/// point ones, so each checks the other.
record Bme280Trimming(int[] t, int[] p, int[] h) {
    /// Temperature and pressure of Bosch's worked example (BST-BMP280-DS001, 3.12), humidity as chips in the
    /// field have it.
    static final Bme280Trimming TYPICAL = new Bme280Trimming(
            new int[] {27504, 26435, -1000},
            new int[] {36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000},
            new int[] {75, 362, 0, 324, 50, 30});

    private static final int RAW_20 = 0xFFFFF;
    private static final int RAW_16 = 0xFFFF;

    /// Writes itself where the data sheet has it (4.2.2, table 16).
    void store(byte[] registers, boolean humid) {
        for (int i = 0; i < t.length; i++) {
            word(registers, 0x88 + 2 * i, t[i]);
        }
        for (int i = 0; i < p.length; i++) {
            word(registers, 0x8E + 2 * i, p[i]);
        }
        if (humid) {
            registers[0xA1] = (byte) h[0];
            word(registers, 0xE1, h[1]);
            registers[0xE3] = (byte) h[2];
            registers[0xE4] = (byte) (h[3] >> 4);
            registers[0xE5] = (byte) (h[3] & 0x0f | (h[4] & 0x0f) << 4);
            registers[0xE6] = (byte) (h[4] >> 4);
            registers[0xE7] = (byte) h[5];
        }
    }

    static void erase(byte[] registers) {
        Arrays.fill(registers, 0x88, 0xA2, (byte) 0);
        Arrays.fill(registers, 0xE1, 0xE8, (byte) 0);
    }

    private static void word(byte[] registers, int at, int value) {
        registers[at] = (byte) value;
        registers[at + 1] = (byte) (value >> 8);
    }

    int rawTemperature(double celsius) {
        return nearest(raw -> fine(raw) / 5120.0, celsius, RAW_20);
    }

    int rawPressure(double pascal, int fine) {
        return nearest(raw -> -pressure(raw, fine) / 256.0, -pascal, RAW_20); // falls with the raw value
    }

    int rawHumidity(double percent, int fine) {
        return nearest(raw -> humidity(raw, fine) / 1024.0, percent, RAW_16);
    }

    /// The raw value whose figure is nearest; the end of the scale where it is beyond.
    private static int nearest(IntToDoubleFunction rising, double figure, int highest) {
        int low = 0;
        int high = highest;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rising.applyAsDouble(middle) < figure) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// `t_fine`, with the full 20 bits.
    int fine(int raw) {
        long first = ((raw - ((long) t[0] << 4)) * t[1]) >> 14;
        long offset = (raw >> 4) - (long) t[0];
        long second = ((offset * offset >> 12) * t[2]) >> 14;
        return (int) (first + second);
    }

    /// Pressure in 1/256 Pa.
    long pressure(int raw, int fine) {
        long first = fine - 128000L;
        long second = first * first * p[5];
        second += first * p[4] << 17;
        second += (long) p[3] << 35;
        first = (first * first * p[2] >> 8) + (first * p[1] << 12);
        first = ((1L << 47) + first) * p[0] >> 33;
        long pressure = 1048576L - raw;
        pressure = ((pressure << 31) - second) * 3125 / first;
        first = (p[8] * (pressure >> 13) * (pressure >> 13)) >> 25;
        second = p[7] * pressure >> 19;
        return (pressure + first + second >> 8) + ((long) p[6] << 4);
    }

    /// Relative humidity in 1/1024 %.
    int humidity(int raw, int fine) {
        long warm = fine - 76800L;
        long wide = ((((long) raw << 14) - ((long) h[3] << 20) - h[4] * warm + 16384) >> 15)
                * ((((((warm * h[5] >> 10) * ((warm * h[2] >> 11) + 32768)) >> 10) + 2097152) * h[1] + 8192) >> 14);
        wide -= ((wide >> 15) * (wide >> 15) >> 7) * h[0] >> 4;
        return Math.clamp(wide, 0, 419430400) >> 12;
    }
}
