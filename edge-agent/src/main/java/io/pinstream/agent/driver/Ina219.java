package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Texas Instruments INA219: bus voltage, and current by the voltage across a shunt, over I²C.
///
/// Sections are those of the data sheet, SBOS448G. Every reading is one triggered conversion of both (8.6.2.1).
/// The chip's own current register needs a calibration that a dip of the supply sets to 0, and then reads 0 A as
/// if that were true: so the current is computed here, from the shunt voltage (8.5.1). Belongs to the thread that
/// reads it.
final class Ina219 implements Driver.Polled {
    /// 8.6.2.1, table 4: the widest range of the shunt voltage, to both sides.
    static final double WIDEST_VOLTS = 0.32;

    private static final int CONFIG = 0; // 8.6.2.1
    private static final int SHUNT = 1; // 8.6.3.1
    private static final int BUS = 2; // 8.6.3.2
    private static final int RANGE_32_VOLTS = 1 << 13;
    private static final int TWELVE_BITS = 0b0011 << 7 | 0b0011 << 3; // of both, 532 µs each (table 5)
    private static final int BOTH_TRIGGERED = 0b011;
    private static final int CONVERTED = 1 << 1;
    private static final double SHUNT_VOLTS_PER_STEP = 10e-6;
    private static final double BUS_VOLTS_PER_STEP = 4e-3;
    private static final int BUS_FULL_SCALE = 8000; // 32 V
    private static final double HIGHEST_VOLTS = 26; // 7.1, 7.3: what the chip stands, below what it can count
    private static final long CONVERSION_MILLIS = 2; // 7.5: 586 µs at most, twice
    private static final int MOST_POLLS = 20; // 1 ms apart
    private static final int RANGES = 4; // 40, 80, 160 and 320 mV

    private final I2cDevice chip;
    private final Ina219Config config;
    private final int settings;
    private final int shuntFullScale;

    Ina219(I2cDevice chip, Ina219Config config) {
        this.chip = chip;
        this.config = config;
        int gain = gain(config.mostAmperes() * config.shuntOhms());
        this.settings = RANGE_32_VOLTS | gain << 11 | TWELVE_BITS | BOTH_TRIGGERED;
        this.shuntFullScale = 4000 << gain;
    }

    /// The smallest range that holds the voltage: 0 for 40 mV, each next one twice as wide (table 4).
    private static int gain(double volts) {
        int gain = 0;
        // A thousandth more, as in the configuration: 0.4 A through 0.1 Ω is not quite 40 mV in binary.
        while (gain < RANGES - 1 && volts > 0.04 * 1.001 * (1 << gain)) {
            gain++;
        }
        return gain;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        try {
            chip.write((byte) CONFIG, (byte) (settings >> 8), (byte) settings);
            chip.pause(CONVERSION_MILLIS);
            int bus = word(BUS);
            for (int poll = 0; (bus & CONVERTED) == 0; poll++) {
                if (poll == MOST_POLLS) {
                    throw new ReadFailed(
                            Flaw.NOT_READY,
                            "INA219 at %s still converts after %d ms, which takes at most %d ms: it hangs; cut its power if this stays"
                                    .formatted(config.where(), MOST_POLLS + CONVERSION_MILLIS, CONVERSION_MILLIS));
                }
                chip.pause(1);
                bus = word(BUS);
            }
            short shunt = (short) word(SHUNT);
            int now = word(CONFIG);
            if (now != settings) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "INA219 at %s lost its settings (config is 0x%04x, was set to 0x%04x): its power dipped, or another program uses it, or it is another chip"
                                .formatted(config.where(), now, settings));
            }
            return convert(bus >> 3, shunt);
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "INA219",
                    config.where(),
                    unreachable,
                    "check its wiring, its power and its address (A0 and A1 pins: 0x40 to 0x4F)");
        }
    }

    private int word(int register) throws IOException {
        var bytes = chip.registers(register, 2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    private Reading convert(int bus, short shunt) {
        double volts = volts(bus);
        var quality = Quality.GOOD;
        if (Math.abs(shunt) >= shuntFullScale || bus >= BUS_FULL_SCALE) {
            quality = quality.with(Flaw.SATURATED);
        }
        if (volts > HIGHEST_VOLTS) {
            quality = quality.with(Flaw.OUT_OF_RANGE);
        }
        double amperes = amperes(shunt, config.shuntOhms());
        return new Reading(
                List.of(
                        Measurement.of(Quantity.VOLTAGE, volts),
                        Measurement.of(Quantity.CURRENT, amperes),
                        Measurement.of(Quantity.POWER, volts * amperes)),
                quality);
    }

    /// 8.6.3.2: 4 mV a step, behind the three bits that are no voltage.
    static double volts(int steps) {
        return steps * BUS_VOLTS_PER_STEP;
    }

    /// 8.6.3.1: 10 µV a step in every range; then Ohm's law.
    static double amperes(short shunt, double ohms) {
        return shunt * SHUNT_VOLTS_PER_STEP / ohms;
    }

    @Override
    public void close() {
        chip.close();
    }
}
