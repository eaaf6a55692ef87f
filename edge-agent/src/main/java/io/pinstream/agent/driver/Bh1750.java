package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// ROHM BH1750: illuminance over I²C.
///
/// The data sheet, technical note BH1750FVI of 2009.04 rev. B, has no section numbers: headings are quoted. Every
/// reading is one measurement of the H-resolution mode, after which the chip powers itself down ("Instruction Set
/// Architecture").
///
/// The chip says neither whether it measures nor what it is set to, and has no checksum. So each reading sets
/// everything anew, and clears the data register first: an old value cannot pass for a new one. What is left is
/// 0, which is dark, and what stands there where the power dipped: so 0 is believed only when it is seen twice. A
/// chip that never ends a measurement looks like the dark for ever, and nothing tells them apart. Belongs to the
/// thread that reads it.
final class Bh1750 implements Driver.Polled {
    // "Instruction Set Architecture"
    private static final int POWER_ON = 0b0000_0001;
    private static final int RESET = 0b0000_0111; // clears the data register; only while powered on
    private static final int MEASURE_ONCE = 0b0010_0000; // one time, H-resolution
    private static final int MTREG_HIGH = 0b01000_000; // and the three highest bits
    private static final int MTREG_LOW = 0b011_00000; // and the five lowest

    private static final int HIGHEST = 0xFFFF;
    private static final int LONGEST_MEASUREMENT_MILLIS = 180; // "Electrical Characteristics", with the default MTreg

    private final I2cDevice chip;
    private final Bh1750Config config;

    Bh1750(I2cDevice chip, Bh1750Config config) {
        this.chip = chip;
        this.config = config;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        try {
            int raw = measure();
            return convert(raw == 0 ? measure() : raw);
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "BH1750",
                    config.where(),
                    unreachable,
                    "check its wiring, its power and its address (0x23 or 0x5c)");
        }
    }

    private int measure() throws IOException, InterruptedException {
        // "Write Format": one command in a transfer, no more.
        chip.write((byte) POWER_ON);
        chip.write((byte) RESET);
        chip.write((byte) (MTREG_HIGH | config.mtreg() >> 5));
        chip.write((byte) (MTREG_LOW | config.mtreg() & 0b11111));
        chip.write((byte) MEASURE_ONCE);
        chip.pause(longestMillis(config.mtreg()));
        var bytes = chip.read(2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    /// "Measurement result adjustment function": the time goes with the register.
    static long longestMillis(int mtreg) {
        return (long) LONGEST_MEASUREMENT_MILLIS * mtreg / Bh1750Config.MTREG + 1;
    }

    private Reading convert(int raw) {
        return new Reading(
                List.of(Measurement.of(Quantity.ILLUMINANCE, lux(raw, config.mtreg()))),
                raw == HIGHEST ? Quality.of(Flaw.SATURATED) : Quality.GOOD);
    }

    /// "Read Format" and "Measurement result adjustment function": steps through 1.2, through how much longer than
    /// by default was measured.
    static double lux(int raw, int mtreg) {
        return raw / 1.2 * Bh1750Config.MTREG / mtreg;
    }

    @Override
    public void close() {
        chip.close();
    }
}
