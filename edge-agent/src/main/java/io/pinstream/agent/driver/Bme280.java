package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Bosch BME280: temperature, pressure and humidity over I²C; and the BMP280, which is the same without humidity.
///
/// Sections are those of the BME280 data sheet, BST-BME280-DS002. Every reading is one forced measurement (3.3.3)
/// with oversampling ×1 and no filter, which is what 3.5.1 advises for weather: the chip sleeps in between and
/// does not warm itself. After any failure the chip is reset and its calibration is read anew, because it may have
/// lost its power or be another chip. Belongs to the thread that reads it.
final class Bme280 implements Driver.Polled {
    /// Which of the two chips, by what its id register says (5.4.1).
    enum Model {
        BME280(0x60),
        BMP280(0x58);

        private final int id;

        Model(int id) {
            this.id = id;
        }
    }

    private static final int CALIBRATION = 0x88; // 4.2.2, table 16: 0x88 to 0xA1
    private static final int CALIBRATION_LENGTH = 26;
    private static final int HUMIDITY_CALIBRATION = 0xE1; // 4.2.2, table 16: 0xE1 to 0xE7
    private static final int HUMIDITY_CALIBRATION_LENGTH = 7;
    private static final int ID = 0xD0; // 5.4.1
    private static final int RESET = 0xE0; // 5.4.2
    private static final int RESET_WORD = 0xB6;
    private static final int CTRL_HUM = 0xF2; // 5.4.3; holds only once ctrl_meas is written after it
    private static final int STATUS = 0xF3; // 5.4.4
    private static final int MEASURING = 1 << 3;
    private static final int COPYING_CALIBRATION = 1;
    private static final int CTRL_MEAS = 0xF4; // 5.4.5
    private static final int TIMES_ONE = 0b001_001_00; // temperature ×1, pressure ×1
    private static final int FORCED = 0b01;
    private static final int MODE = 0b11;

    // Where things are in one burst from 0xF2 to 0xFE, which the chip keeps consistent (4.1).
    private static final int FRAME_LENGTH = 13;
    private static final int PRESSURE_AT = 0xF7 - CTRL_HUM; // 5.4.7
    private static final int TEMPERATURE_AT = 0xFA - CTRL_HUM; // 5.4.8
    private static final int HUMIDITY_AT = 0xFD - CTRL_HUM; // 5.4.9

    private static final int SKIPPED = 0x80000; // 5.4.7 and 5.4.8: what stands there where nothing was measured

    private static final long START_UP_MILLIS = 2; // 1.1, table 1
    private static final long LONGEST_MEASUREMENT_MILLIS = 10; // 9.1: 1.25 + 2.3 + 2.3 + 0.575 + 2.3 + 0.575 = 9.3
    private static final int MOST_POLLS = 50; // 1 ms apart, on top of the above

    private final I2cDevice chip;
    private final Model model;
    private final String where;
    private @Nullable Bme280Calibration calibration;

    /// @param where the chip's place for messages, such as `bus 1 address 0x76`
    Bme280(I2cDevice chip, Model model, String where) {
        this.chip = chip;
        this.model = model;
        this.where = where;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        boolean done = false;
        try {
            var known = calibration == null ? prepare() : calibration;
            calibration = known;
            var reading = convert(known, measure());
            done = true;
            return reading;
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    model.toString(), where, unreachable, "check its wiring, its power and its address (0x76 or 0x77)");
        } finally {
            if (!done) {
                calibration = null;
            }
        }
    }

    private Bme280Calibration prepare() throws IOException, ReadFailed, InterruptedException {
        checkId(chip.registers(ID, 1)[0] & 0xff);
        chip.register(RESET, RESET_WORD);
        chip.pause(START_UP_MILLIS);
        for (int poll = 0; (chip.registers(STATUS, 1)[0] & COPYING_CALIBRATION) != 0; poll++) {
            pause(poll, "still copies its calibration");
        }
        var common = chip.registers(CALIBRATION, CALIBRATION_LENGTH);
        var known = model == Model.BME280
                ? Bme280Calibration.of(common, chip.registers(HUMIDITY_CALIBRATION, HUMIDITY_CALIBRATION_LENGTH))
                : Bme280Calibration.of(common);
        if (!known.isSet()) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "%s at %s has no calibration (dig_T1 is %d, dig_P1 is %d; 0 and 65535 mean unset): replace the chip if this stays"
                            .formatted(model, where, known.t1(), known.p1()));
        }
        return known;
    }

    private void checkId(int id) throws ReadFailed {
        if (id == model.id) {
            return;
        }
        for (var other : Model.values()) {
            if (id == other.id) {
                throw new ReadFailed(
                        Flaw.NO_ANSWER,
                        "chip at %s says id 0x%02x (%s), but the configuration says %s: change type to \"%s\""
                                .formatted(where, id, other, model, typeOf(other)));
            }
        }
        throw new ReadFailed(
                Flaw.NO_ANSWER,
                "chip at %s says id 0x%02x, but a %s says 0x%02x: another chip, or a bad connection"
                        .formatted(where, id, model, model.id));
    }

    /// The type as it stands in a configuration.
    static String typeOf(Model model) {
        return switch (model) {
            case BME280 -> "bme280";
            case BMP280 -> "bmp280";
        };
    }

    private byte[] measure() throws IOException, ReadFailed, InterruptedException {
        if (model == Model.BME280) {
            chip.register(CTRL_HUM, 1); // 5.4.3: ×1; before ctrl_meas, which makes it hold
        }
        chip.register(CTRL_MEAS, TIMES_ONE | FORCED);
        chip.pause(LONGEST_MEASUREMENT_MILLIS);
        var frame = chip.registers(CTRL_HUM, FRAME_LENGTH);
        for (int poll = 0; isBusy(frame); poll++) {
            pause(poll, "still measures");
            frame = chip.registers(CTRL_HUM, FRAME_LENGTH);
        }
        boolean humidityIsSet = model == Model.BMP280 || (frame[0] & 0b111) == 1;
        if ((frame[CTRL_MEAS - CTRL_HUM] & 0xff) != TIMES_ONE || !humidityIsSet) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "%s at %s lost its settings (ctrl_meas is 0x%02x and ctrl_hum 0x%02x): its power dipped, or another program uses it"
                            .formatted(model, where, frame[CTRL_MEAS - CTRL_HUM] & 0xff, frame[0] & 0xff));
        }
        return frame;
    }

    /// A forced measurement is over when the chip sleeps again (3.3.3).
    private static boolean isBusy(byte[] frame) {
        return (frame[STATUS - CTRL_HUM] & MEASURING) != 0 || (frame[CTRL_MEAS - CTRL_HUM] & MODE) != 0;
    }

    private Reading convert(Bme280Calibration known, byte[] frame) throws ReadFailed {
        int rawPressure = twenty(frame, PRESSURE_AT);
        int rawTemperature = twenty(frame, TEMPERATURE_AT);
        int rawHumidity = (frame[HUMIDITY_AT] & 0xff) << 8 | frame[HUMIDITY_AT + 1] & 0xff;
        boolean humid = model == Model.BME280;
        // One of them alone may be a true reading: the settings were checked, and 0x80000 is 26 °C for many a chip.
        if (rawPressure == SKIPPED && rawTemperature == SKIPPED) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "%s at %s has measured nothing (pressure 0x%05x, temperature 0x%05x, humidity 0x%04x): its power may have dipped"
                            .formatted(model, where, rawPressure, rawTemperature, rawHumidity));
        }
        double fine = known.fine(rawTemperature);
        double temperature = known.temperature(fine);
        double pressure = known.pressure(rawPressure, fine);
        if (!Double.isFinite(pressure)) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "%s at %s has a calibration that gives no pressure: replace the chip".formatted(model, where));
        }
        var measurements = new ArrayList<Measurement>(3);
        measurements.add(Measurement.of(Quantity.TEMPERATURE, temperature));
        // 1.2 and 1.3: what the chip is specified for
        boolean inRange = temperature >= -40 && temperature <= 85 && pressure >= 30_000 && pressure <= 110_000;
        if (humid) {
            double humidity = known.humidity(rawHumidity, fine);
            inRange &= humidity >= 0 && humidity <= 100;
            measurements.add(Measurement.of(Quantity.HUMIDITY, Math.clamp(humidity, 0, 100))); // 8.1 clamps as well
        }
        measurements.add(Measurement.of(Quantity.PRESSURE, pressure));
        return new Reading(measurements, inRange ? Quality.GOOD : Quality.of(Flaw.OUT_OF_RANGE));
    }

    private static int twenty(byte[] frame, int at) {
        return (frame[at] & 0xff) << 12 | (frame[at + 1] & 0xff) << 4 | (frame[at + 2] & 0xff) >> 4;
    }

    private void pause(int poll, String what) throws ReadFailed, InterruptedException {
        if (poll == MOST_POLLS) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "%s at %s %s after %d ms, which takes at most %d ms: it hangs; cut its power if this stays"
                            .formatted(
                                    model,
                                    where,
                                    what,
                                    MOST_POLLS + LONGEST_MEASUREMENT_MILLIS,
                                    LONGEST_MEASUREMENT_MILLIS));
        }
        chip.pause(1);
    }

    static List<Quantity> quantities(Model model) {
        return switch (model) {
            case BME280 -> List.of(Quantity.TEMPERATURE, Quantity.HUMIDITY, Quantity.PRESSURE);
            case BMP280 -> List.of(Quantity.TEMPERATURE, Quantity.PRESSURE);
        };
    }

    @Override
    public void close() {
        chip.close();
    }
}
