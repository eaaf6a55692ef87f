package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Sensirion SCD41: carbon dioxide by photoacoustics, with temperature and humidity, over I²C.
///
/// Sections are those of the data sheet "SCD4x", version 1.4. The chip measures by itself every 5 s (3.6.1); a
/// reading takes the newest and waits for one where there is none. After any failure it is set up anew, because it
/// may have lost its power or be another chip. Belongs to the thread that reads it.
final class Scd41 implements Driver.Polled {
    private static final int START_PERIODIC = 0x21b1; // 3.6.1
    private static final int READ_MEASUREMENT = 0xec05; // 3.6.2
    private static final int STOP_PERIODIC = 0x3f86; // 3.6.3
    private static final int SET_TEMPERATURE_OFFSET = 0x241d; // 3.7.1
    private static final int SET_ALTITUDE = 0x2427; // 3.7.3
    private static final int DATA_READY = 0xe4b8; // 3.9.2
    private static final int SERIAL_NUMBER = 0x3682; // 3.10.2
    private static final int READY_BITS = 0x7ff; // 3.9.2: all zero, no data
    private static final int WORDS = 3;
    private static final int WORD_LENGTH = 3;
    private static final long STOP_MILLIS = 500;
    private static final long COMMAND_MILLIS = 1;
    private static final long POLL_MILLIS = 50;
    private static final int MOST_POLLS = 120; // 6 s: one measurement and a fifth of one
    private static final int FULL_SCALE = 0xffff;

    private final I2cDevice chip;
    private final Scd41Config config;
    private boolean prepared;

    Scd41(I2cDevice chip, Scd41Config config) {
        this.chip = chip;
        this.config = config;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        boolean done = false;
        try {
            if (!prepared) {
                prepare();
                prepared = true;
            }
            awaitData();
            var words = words(READ_MEASUREMENT, WORDS);
            done = true;
            return convert(words);
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered("SCD41", config.where(), unreachable, "check its wiring and its power");
        } finally {
            prepared &= done;
        }
    }

    private void prepare() throws IOException, ReadFailed, InterruptedException {
        // It may measure already, and then takes no other command (3.6).
        chip.write(SensirionWords.command(STOP_PERIODIC));
        Thread.sleep(STOP_MILLIS);
        var _ = words(SERIAL_NUMBER, WORDS); // whoever answers with three right checksums is one of Sensirion's
        chip.write(SensirionWords.command(
                SET_TEMPERATURE_OFFSET, (int) Math.round(config.temperatureOffset() * FULL_SCALE / 175)));
        Thread.sleep(COMMAND_MILLIS);
        chip.write(SensirionWords.command(SET_ALTITUDE, config.altitudeMetres()));
        Thread.sleep(COMMAND_MILLIS);
        chip.write(SensirionWords.command(START_PERIODIC));
        Thread.sleep(COMMAND_MILLIS);
    }

    private void awaitData() throws IOException, ReadFailed, InterruptedException {
        for (int poll = 0; (words(DATA_READY, 1)[0] & READY_BITS) == 0; poll++) {
            if (poll == MOST_POLLS) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "SCD41 at %s has measured nothing for %d s, and should every 5 s: its power may have dipped"
                                .formatted(config.where(), MOST_POLLS * POLL_MILLIS / 1000));
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private int[] words(int command, int count) throws IOException, ReadFailed, InterruptedException {
        chip.write(SensirionWords.command(command));
        Thread.sleep(COMMAND_MILLIS);
        var bytes = chip.read(count * WORD_LENGTH);
        var words = new int[count];
        for (int i = 0; i < count; i++) {
            int number = i;
            words[i] = SensirionWords.at(bytes, i)
                    .orElseThrow(() -> new ReadFailed(
                            Flaw.CHECKSUM,
                            "SCD41 at %s: the checksum of word %d of command 0x%04x does not fit: check the wiring and its length"
                                    .formatted(config.where(), number, command)));
        }
        return words;
    }

    private Reading convert(int... words) {
        int ppm = words[0];
        double celsius = celsius(words[1]);
        double humidity = humidity(words[2]);
        // Table 1 and 2: what the SCD41 is specified for
        boolean inRange = ppm >= 400 && ppm <= 5000 && celsius >= -10 && celsius <= 60;
        return new Reading(
                List.of(
                        Measurement.of(Quantity.CO2, ppm),
                        Measurement.of(Quantity.TEMPERATURE, celsius),
                        Measurement.of(Quantity.HUMIDITY, humidity)),
                inRange ? Quality.GOOD : Quality.of(Flaw.OUT_OF_RANGE));
    }

    /// 3.6.2, table 11.
    static double celsius(int word) {
        return -45 + 175.0 * word / FULL_SCALE;
    }

    /// 3.6.2, table 11; in %.
    static double humidity(int word) {
        return 100.0 * word / FULL_SCALE;
    }

    @Override
    public void close() {
        chip.close();
    }
}
