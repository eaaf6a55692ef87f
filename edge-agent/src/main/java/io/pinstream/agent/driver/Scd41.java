package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.agent.board.NoAnswer;
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
    private static final int GET_TEMPERATURE_OFFSET = 0x2318; // 3.7.2
    private static final int SET_ALTITUDE = 0x2427; // 3.7.3
    private static final int GET_ALTITUDE = 0x2322; // 3.7.4
    private static final int SET_SELF_CALIBRATION = 0x2416; // 3.8.2
    private static final int GET_SELF_CALIBRATION = 0x2313; // 3.8.3
    private static final int DATA_READY = 0xe4b8; // 3.9.2
    private static final int SERIAL_NUMBER = 0x3682; // 3.10.2
    private static final int READY_BITS = 0x7ff; // 3.9.2: all zero, no data
    private static final int WORDS = 3;
    private static final int WORD_LENGTH = 3;
    private static final long START_UP_MILLIS = 1000; // 3.1 of version 1.3; newer ones say less
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
            var reading = convert(words(READ_MEASUREMENT, WORDS));
            done = true;
            return reading;
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered("SCD41", config.where(), unreachable, "check its wiring and its power");
        } finally {
            prepared &= done;
        }
    }

    private void prepare() throws IOException, ReadFailed, InterruptedException {
        stop();
        var _ = words(SERIAL_NUMBER, WORDS); // whoever answers with three right checksums is one of Sensirion's
        set("temperature offset", SET_TEMPERATURE_OFFSET, GET_TEMPERATURE_OFFSET, offset(config.temperatureOffset()));
        set("altitude", SET_ALTITUDE, GET_ALTITUDE, config.altitudeMetres());
        set("self-calibration", SET_SELF_CALIBRATION, GET_SELF_CALIBRATION, config.selfCalibration() ? 1 : 0);
        chip.write(SensirionWords.command(START_PERIODIC));
        chip.pause(COMMAND_MILLIS);
    }

    /// It may measure already, and then takes no other command (3.6); or have got its power just now, and take
    /// none yet.
    private void stop() throws IOException, InterruptedException {
        try {
            chip.write(SensirionWords.command(STOP_PERIODIC));
        } catch (NoAnswer startingPerhaps) {
            chip.pause(START_UP_MILLIS);
            chip.write(SensirionWords.command(STOP_PERIODIC));
        }
        chip.pause(STOP_MILLIS);
    }

    /// Sets, and looks whether it is set: the chip says nothing where a word came in with a wrong checksum.
    private void set(String what, int set, int get, int word) throws IOException, ReadFailed, InterruptedException {
        chip.write(SensirionWords.command(set, word));
        chip.pause(COMMAND_MILLIS);
        int found = words(get, 1)[0];
        if (found != word) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "SCD41 at %s did not take its %s (it says 0x%04x, was set to 0x%04x): check the wiring and its length, and whether another program uses it"
                            .formatted(config.where(), what, found, word));
        }
    }

    private void awaitData() throws IOException, ReadFailed, InterruptedException {
        for (int poll = 0; (words(DATA_READY, 1)[0] & READY_BITS) == 0; poll++) {
            if (poll == MOST_POLLS) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "SCD41 at %s has measured nothing for %d s, and should every 5 s: its power may have dipped"
                                .formatted(config.where(), MOST_POLLS * POLL_MILLIS / 1000));
            }
            chip.pause(POLL_MILLIS);
        }
    }

    private int[] words(int command, int count) throws IOException, ReadFailed, InterruptedException {
        chip.write(SensirionWords.command(command));
        chip.pause(COMMAND_MILLIS);
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

    private Reading convert(int... words) throws ReadFailed {
        int ppm = words[0];
        if (ppm == 0) {
            // What stands there where only temperature and humidity were measured (3.11.2); no air has none.
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "SCD41 at %s says 0 ppm: it has not measured carbon dioxide; cut its power if this stays"
                            .formatted(config.where()));
        }
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

    /// 3.7.1: the word for a temperature offset.
    static int offset(double celsius) {
        return (int) Math.round(celsius * FULL_SCALE / 175);
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
