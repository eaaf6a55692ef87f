package io.pinstream.agent.driver;

import io.pinstream.agent.board.SpiDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.io.IOException;
import java.util.List;

/// Maxim MAX31855K: the temperature of a thermocouple of type K, over SPI.
///
/// The data sheet, 19-5793 rev. 5, has no section numbers: headings and tables are quoted. The chip converts all
/// the time, ten times a second or more, and takes no commands; a reading is one transfer of 32 bits. The chip
/// takes the thermocouple for the straight line of table 1, which is 3 °C off at 250 °C and 15 °C at −100 °C, and
/// leaves the correction to its reader ("Temperature Conversion"): so the voltage is computed back, and goes
/// through the true curve, [ThermocoupleK]. Belongs to the thread that reads it.
final class Max31855 implements Driver.Polled {
    /// The temperature of the chip itself, where the wires of the thermocouple end.
    static final Quantity COLD_JUNCTION = new Quantity("cold_junction_temperature", new Unit("Cel"));
    /// "Serial Interface": at most 5 MHz; the wires of a thermocouple's board are often long.
    static final int BAUD = 1_000_000;
    /// "Serial Interface", figure 1: the clock idles low, and bits are read at its rise.
    static final int MODE = 0;

    private static final double MILLIVOLTS_PER_DEGREE = 0.041276; // table 1, type K
    private static final int LENGTH = 4;
    private static final long CONVERSION_MILLIS = 100; // "Thermal Characteristics": at most
    private static final int MOST_TRIES = 4; // "Thermal Characteristics": the first conversion takes 200 ms
    // Tables 2 and 3
    private static final int ALWAYS_ZERO = 1 << 17 | 1 << 3;
    private static final int FAULT = 1 << 16;
    private static final int SHORT_TO_SUPPLY = 1 << 2;
    private static final int SHORT_TO_GROUND = 1 << 1;
    private static final int OPEN = 1;
    private static final int ANY_FAULT = SHORT_TO_SUPPLY | SHORT_TO_GROUND | OPEN;

    private final SpiDevice chip;
    private final String where;

    /// @param where the chip's place for messages, such as `SPI bus 0 chip select 0`
    Max31855(SpiDevice chip, String where) {
        this.chip = chip;
        this.where = where;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        int frame;
        try {
            frame = frame(chip.transfer(new byte[LENGTH]));
            // True only if both junctions are at exactly 0 °C; and so reads a chip that has not converted yet.
            for (int attempt = 1; frame == 0 && attempt < MOST_TRIES; attempt++) {
                chip.pause(CONVERSION_MILLIS);
                frame = frame(chip.transfer(new byte[LENGTH]));
            }
        } catch (IOException failed) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "SPI transfer with the MAX31855 at %s failed (%s)".formatted(where, failed.getMessage()),
                    failed);
        }
        requireChip(frame);
        requireThermocouple(frame);
        double junction = coldJunction(frame);
        double temperature = linearised(celsius(frame), junction);
        // −200 °C is where the inverse curve ends and the chip is specified from ("Thermal Characteristics" of the
        // MAX31855K); "Recommended Operating Conditions"
        boolean inRange = temperature >= -200 && temperature <= 1372 && junction >= -40 && junction <= 125;
        return new Reading(
                List.of(Measurement.of(Quantity.TEMPERATURE, temperature), Measurement.of(COLD_JUNCTION, junction)),
                inRange ? Quality.GOOD : Quality.of(Flaw.OUT_OF_RANGE));
    }

    /// From what the chip takes the thermocouple's end for, to what it is: back along the chip's straight line to
    /// the voltage ("Temperature Conversion": 41.276 µV/°C × (hot − cold)), to which the cold junction adds what
    /// its own temperature stands for.
    static double linearised(double celsius, double junction) {
        return ThermocoupleK.celsius((celsius - junction) * MILLIVOLTS_PER_DEGREE + ThermocoupleK.millivolts(junction));
    }

    private static int frame(byte[] bytes) {
        int frame = 0;
        for (byte each : bytes) {
            frame = frame << 8 | each & 0xff;
        }
        return frame;
    }

    /// There is no checksum. What there is: bits that are always zero, and a fault bit that says what three others
    /// say.
    private void requireChip(int frame) throws ReadFailed {
        if (frame == 0) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "MAX31855 at %s says nothing but zeros for %d ms: it does not convert, or its data line is held low or its clock not wired"
                            .formatted(where, (MOST_TRIES - 1) * CONVERSION_MILLIS));
        }
        boolean anyFault = (frame & ANY_FAULT) != 0;
        if ((frame & ALWAYS_ZERO) != 0 || anyFault != ((frame & FAULT) != 0)) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "no MAX31855 answers at %s (it says 0x%08x): check its wiring, its power and dtparam=spi=on"
                            .formatted(where, frame));
        }
    }

    private void requireThermocouple(int frame) throws ReadFailed {
        if ((frame & OPEN) != 0) {
            throw broken("is open: it is not connected, or its wire is broken");
        }
        if ((frame & SHORT_TO_GROUND) != 0) {
            throw broken("is shorted to ground: a grounded probe needs an insulated one in its place");
        }
        if ((frame & SHORT_TO_SUPPLY) != 0) {
            throw broken("is shorted to the supply: check what its wires touch");
        }
    }

    private ReadFailed broken(String how) {
        return new ReadFailed(Flaw.NO_ANSWER, "thermocouple of the MAX31855 at %s %s".formatted(where, how));
    }

    /// Tables 2 and 4: quarters in the highest 14 bits, two's complement.
    static double celsius(int frame) {
        return (frame >> 18) / 4.0;
    }

    /// Tables 2 and 5: sixteenths in bits 15 to 4, two's complement.
    static double coldJunction(int frame) {
        return ((short) frame >> 4) / 16.0;
    }

    @Override
    public void close() {
        chip.close();
    }
}
