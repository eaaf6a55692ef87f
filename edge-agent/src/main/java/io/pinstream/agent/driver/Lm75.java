package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// LM75: temperature over I²C.
///
/// Headings are those of Texas Instruments' data sheet, SNIS153B; the makers agree on the registers. The chip
/// converts all the time and says nothing of it; with some makers a read restarts the conversion, so that who
/// reads too often never sees a new value (note 5 of "Temperature-to-Digital Converter Characteristics"). So each
/// reading leaves the chip alone for the longest conversion, and reads then.
///
/// The power-on configuration is all zeros. The driver writes another one, a fault queue of 6, and looks whether
/// it still stands there after the value was read: if not, the power dipped and the value may be none. At first
/// and after any failure it is written anew. Belongs to the thread that reads it.
final class Lm75 implements Driver.Polled {
    private static final int TEMPERATURE = 0; // "Pointer Register"
    private static final int CONFIGURATION = 1;
    private static final int QUEUE_OF_SIX = 0b11 << 3; // "Configuration Register": the calmest O.S. pin, and awake
    private static final long CONVERSION_MILLIS = 300; // "Temperature-to-Digital Converter Characteristics": at most

    private final I2cDevice chip;
    private final Lm75Config config;
    private boolean ready;

    Lm75(I2cDevice chip, Lm75Config config) {
        this.chip = chip;
        this.config = config;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        boolean wasReady = ready;
        ready = false;
        try {
            if (!wasReady) {
                chip.register(CONFIGURATION, QUEUE_OF_SIX);
            }
            chip.pause(CONVERSION_MILLIS);
            var bytes = chip.registers(TEMPERATURE, 2);
            int configuration = chip.registers(CONFIGURATION, 1)[0] & 0xff;
            if (configuration != QUEUE_OF_SIX) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "LM75 at %s lost its settings (configuration is 0x%02x, was set to 0x%02x): its power dipped, or another program uses it, or it is another chip"
                                .formatted(config.where(), configuration, QUEUE_OF_SIX));
            }
            ready = true;
            return convert((bytes[0] & 0xff) << 8 | bytes[1] & 0xff);
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "LM75",
                    config.where(),
                    unreachable,
                    "check its wiring, its power and its address (pins A2 to A0: 0x48 to 0x4f)");
        }
    }

    private Reading convert(int register) {
        double temperature = celsius(register, config.bits());
        boolean inRange = temperature >= -55 && temperature <= 125; // "Key Specifications"
        return new Reading(
                List.of(Measurement.of(Quantity.TEMPERATURE, temperature)),
                inRange ? Quality.GOOD : Quality.of(Flaw.OUT_OF_RANGE));
    }

    /// "Temperature Register": 256ths of a degree, two's complement, of which the highest bits are defined.
    static double celsius(int register, int bits) {
        int undefined = 16 - bits;
        return ((short) register >> undefined << undefined) / 256.0;
    }

    @Override
    public void close() {
        chip.close();
    }
}
