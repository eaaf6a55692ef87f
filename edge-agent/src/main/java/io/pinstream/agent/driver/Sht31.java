package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Sensirion SHT31: temperature and humidity over I²C.
///
/// Sections are those of the data sheet, SHT3x-DIS, version 5. Every reading is one single shot of high
/// repeatability without clock stretching (4.3), which many a board's I²C cannot do; until it is over, the chip
/// does not acknowledge a read (4.4). Every word has its CRC (4.12). At first and after any failure the chip is
/// reset, because it may be another one, or another program may have left it in periodic mode or with its heater
/// on. Belongs to the thread that reads it.
final class Sht31 implements Driver.Polled {
    private static final int BREAK = 0x3093; // 4.8: ends the periodic mode
    private static final int SOFT_RESET = 0x30A2; // 4.9
    private static final int MEASURE = 0x2400; // 4.3, table 9: high repeatability, no clock stretching
    private static final int LENGTH = 6; // 4.4: temperature, its CRC, humidity, its CRC

    private static final long RESET_MILLIS =
            2; // 2.2, table 4: power-up and reset 1 ms, in later versions 1.5 ms; 4.8: a break 1 ms
    private static final long MEASUREMENT_MILLIS = 16; // 2.2, tables 4 and 5: at most 15.5 ms
    // Few, as each of them may take the kernel a second where the bus hangs.
    private static final int MOST_TRIES = 4;
    private static final long TRIES_APART_MILLIS = 10;

    private final I2cDevice chip;
    private final String where;
    private boolean ready;

    /// @param where the chip's place for messages, such as `bus 1 address 0x44`
    Sht31(I2cDevice chip, String where) {
        this.chip = chip;
        this.where = where;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        boolean wasReady = ready;
        ready = false;
        try {
            if (!wasReady) {
                reset();
            }
            chip.write(SensirionWords.command(MEASURE));
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "SHT31", where, unreachable, "check its wiring, its power and its address (0x44 or 0x45)");
        }
        var reading = convert(fetch());
        ready = true;
        return reading;
    }

    private void reset() throws IOException, InterruptedException {
        chip.pause(RESET_MILLIS); // it may have been plugged in just now
        chip.write(SensirionWords.command(BREAK));
        chip.pause(RESET_MILLIS);
        chip.write(SensirionWords.command(SOFT_RESET));
        chip.pause(RESET_MILLIS);
    }

    private byte[] fetch() throws ReadFailed, InterruptedException {
        chip.pause(MEASUREMENT_MILLIS);
        for (int attempt = 1; ; attempt++) {
            try {
                return chip.read(LENGTH);
            } catch (IOException notYet) {
                if (attempt == MOST_TRIES) {
                    throw new ReadFailed(
                            Flaw.NOT_READY,
                            "SHT31 at %s took the command, but gives no value after %d ms, which takes at most %d ms (%s): its power dipped, or it hangs"
                                    .formatted(
                                            where,
                                            MEASUREMENT_MILLIS + (MOST_TRIES - 1) * TRIES_APART_MILLIS,
                                            MEASUREMENT_MILLIS,
                                            notYet.getMessage()),
                            notYet);
                }
                chip.pause(TRIES_APART_MILLIS);
            }
        }
    }

    private Reading convert(byte[] frame) throws ReadFailed {
        double temperature = celsius(word(frame, 0, "temperature"));
        double humidity = humidity(word(frame, 1, "humidity"));
        boolean inRange = temperature >= -40 && temperature <= 125; // 1, table 2
        return new Reading(
                List.of(Measurement.of(Quantity.TEMPERATURE, temperature), Measurement.of(Quantity.HUMIDITY, humidity)),
                inRange ? Quality.GOOD : Quality.of(Flaw.OUT_OF_RANGE));
    }

    private int word(byte[] frame, int number, String name) throws ReadFailed {
        return SensirionWords.at(frame, number)
                .orElseThrow(() -> new ReadFailed(
                        Flaw.CHECKSUM,
                        "SHT31 at %s: the checksum of its %s does not fit: long or disturbed cable, or a weak pull-up"
                                .formatted(where, name)));
    }

    /// 4.13.
    static double celsius(int raw) {
        return -45 + 175.0 * raw / 65535;
    }

    /// 4.13: relative, in %.
    static double humidity(int raw) {
        return 100.0 * raw / 65535;
    }

    @Override
    public void close() {
        chip.close();
    }
}
