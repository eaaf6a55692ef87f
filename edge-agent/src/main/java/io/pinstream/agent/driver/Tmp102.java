package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Texas Instruments TMP102: temperature over I²C.
///
/// The data sheet, SBOS397C, has no section numbers: headings and tables are quoted. Every reading is one
/// conversion out of shutdown ("One-Shot/Conversion Ready"), and sets the chip up anew. The chip sleeps in
/// between and does not warm itself. Belongs to the thread that reads it.
final class Tmp102 implements Driver.Polled {
    private static final int TEMPERATURE = 0; // "Pointer Register", table 2
    private static final int CONFIGURATION = 1;
    // "Configuration Register", table 7: byte 1 is the high one
    private static final int OS = 1 << 15; // written: begin; read: 0 is converting, 1 is idle
    private static final int RESOLUTION = 0b11 << 13; // read-only
    private static final int SHUTDOWN = 1 << 8;
    private static final int RATE = 0b10 << 6; // 4 Hz, the default: of no effect in shutdown
    private static final int ALERT = 1 << 5; // read-only
    private static final int SETTINGS = RESOLUTION | SHUTDOWN | RATE;

    private static final short HIGHEST = 0x7FF; // table 5
    private static final long CONVERSION_MILLIS = 36; // "Electrical Characteristics": at most 35 ms
    private static final int MOST_POLLS = 50; // 1 ms apart, on top of the above

    private final I2cDevice chip;
    private final String where;

    /// @param where the chip's place for messages, such as `bus 1 address 0x48`
    Tmp102(I2cDevice chip, String where) {
        this.chip = chip;
        this.where = where;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        try {
            return convert(measure());
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "TMP102",
                    where,
                    unreachable,
                    "check its wiring, its power and its address (ADD0 pin: 0x48 to 0x4b)");
        }
    }

    private int measure() throws IOException, ReadFailed, InterruptedException {
        int begin = OS | SETTINGS;
        chip.write((byte) CONFIGURATION, (byte) (begin >> 8), (byte) begin);
        chip.pause(CONVERSION_MILLIS);
        int state = word(CONFIGURATION);
        for (int poll = 0; (state & OS) == 0; poll++) {
            requireSettings(state);
            if (poll == MOST_POLLS) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "TMP102 at %s still converts after %d ms, which takes at most %d ms: it hangs; cut its power if this stays"
                                .formatted(where, MOST_POLLS + CONVERSION_MILLIS, CONVERSION_MILLIS));
            }
            chip.pause(1);
            state = word(CONFIGURATION);
        }
        requireSettings(state);
        int temperature = word(TEMPERATURE);
        // After a dip the register holds 0 °C until the first conversion ("Temperature Register").
        requireSettings(word(CONFIGURATION));
        return temperature;
    }

    private void requireSettings(int state) throws ReadFailed {
        int settings = state & ~OS & ~ALERT;
        if (settings != SETTINGS) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "TMP102 at %s lost its settings (configuration is 0x%04x, was set to 0x%04x): its power dipped, or another program uses it, or it is another chip"
                            .formatted(where, settings, SETTINGS));
        }
    }

    private int word(int register) throws IOException {
        var bytes = chip.registers(register, 2);
        return (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    }

    private static Reading convert(int register) {
        double temperature = celsius(register);
        var flaws = new ArrayList<Flaw>(2);
        if (register >> 4 == HIGHEST) {
            flaws.add(Flaw.SATURATED);
        }
        if (temperature < -40 || temperature > 125) { // "Features": what it is specified for
            flaws.add(Flaw.OUT_OF_RANGE);
        }
        var quality = Quality.GOOD;
        for (var flaw : flaws) {
            quality = quality.with(flaw);
        }
        return new Reading(List.of(Measurement.of(Quantity.TEMPERATURE, temperature)), quality);
    }

    /// "Temperature Register", table 5: sixteenths in the highest twelve bits, two's complement.
    static double celsius(int register) {
        return ((short) register >> 4) / 16.0;
    }

    @Override
    public void close() {
        chip.close();
    }
}
