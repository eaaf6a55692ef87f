package io.pinstream.agent.driver;

import io.pinstream.agent.board.I2cDevice;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// InvenSense MPU-6050: acceleration and angular velocity in three axes, over I²C.
///
/// Sections are those of the register map, RM-MPU-6000A-00 revision 4.2. The chip samples by itself 200 times a
/// second behind a low-pass filter of 21 Hz, which leaves nothing that a reader of 50 Hz would see as something
/// else; a reading takes the newest sample, all axes in one burst, which the chip keeps consistent (4.17). After
/// any failure it is set up anew, because it may have lost its power or be another chip. Belongs to the thread
/// that reads it.
final class Mpu6050 implements Driver.Polled {
    static final List<Quantity> QUANTITIES = List.of(
            new Quantity("acceleration_x", new Unit("m/s2")),
            new Quantity("acceleration_y", new Unit("m/s2")),
            new Quantity("acceleration_z", new Unit("m/s2")),
            new Quantity("rotation_x", new Unit("rad/s")),
            new Quantity("rotation_y", new Unit("rad/s")),
            new Quantity("rotation_z", new Unit("rad/s")),
            Quantity.TEMPERATURE);

    private static final int SAMPLE_RATE_DIVIDER = 0x19; // 4.2; then CONFIG, GYRO_CONFIG, ACCEL_CONFIG (4.3 to 4.5)
    private static final int SETTINGS_LENGTH = 4;
    private static final int EVERY_FIFTH = 4; // 1 kHz ÷ (1 + 4)
    private static final int FILTER_21_HZ = 4; // 4.3: acceleration; 20 Hz for the rotation
    private static final int INTERRUPT_ENABLE = 0x38; // 4.15
    private static final int INTERRUPT_STATUS = 0x3A; // 4.16; the figures follow it (4.17 to 4.19)
    private static final int DATA_READY = 1;
    private static final int FRAME_LENGTH = 15;
    private static final int POWER_MANAGEMENT = 0x6B; // 4.28
    private static final int RESET = 0x80;
    private static final int AWAKE_BY_GYROSCOPE = 0x01;
    private static final int WHO_AM_I = 0x75; // 4.32
    private static final int ID = 0x68;
    private static final long RESET_MILLIS = 100;
    private static final long START_UP_MILLIS = 30; // data sheet, 6.1: the gyroscope's
    private static final int MOST_POLLS = 20; // 1 ms apart, and a sample is due every 5 ms
    private static final double GRAVITY = 9.80665;
    private static final int FULL_SCALE = 32768;

    private final I2cDevice chip;
    private final Mpu6050Config config;
    private boolean prepared;

    Mpu6050(I2cDevice chip, Mpu6050Config config) {
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
            var frame = frame();
            done = true;
            return convert(frame);
        } catch (IOException unreachable) {
            throw ReadFailed.unanswered(
                    "MPU-6050",
                    config.where(),
                    unreachable,
                    "check its wiring, its power and its address (AD0 pin: 0x68 or 0x69)");
        } finally {
            prepared &= done;
        }
    }

    private void prepare() throws IOException, ReadFailed, InterruptedException {
        int id = chip.registers(WHO_AM_I, 1)[0] & 0xff;
        if (id != ID) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "chip at %s says id 0x%02x, but an MPU-6050 says 0x68: another chip (0x70 is an MPU-6500, 0x71 an MPU-9250), or a bad connection"
                            .formatted(config.where(), id));
        }
        chip.register(POWER_MANAGEMENT, RESET);
        chip.pause(RESET_MILLIS);
        chip.register(POWER_MANAGEMENT, AWAKE_BY_GYROSCOPE);
        chip.pause(START_UP_MILLIS);
        var settings = settings();
        for (int i = 0; i < SETTINGS_LENGTH; i++) {
            chip.register(SAMPLE_RATE_DIVIDER + i, settings[i]);
        }
        chip.register(INTERRUPT_ENABLE, DATA_READY); // 4.15: the status tells only what is enabled
    }

    private byte[] settings() {
        return new byte[] {
            EVERY_FIFTH,
            FILTER_21_HZ,
            (byte) (Mpu6050Config.ROTATION_RANGES.indexOf(config.rotationRange()) << 3),
            (byte) (Mpu6050Config.ACCELERATION_RANGES.indexOf(config.accelerationRange()) << 3)
        };
    }

    /// The newest sample that was not read yet, and the proof that the chip was awake behind it.
    private byte[] frame() throws IOException, ReadFailed, InterruptedException {
        for (int poll = 0; poll < MOST_POLLS; poll++) {
            var frame = chip.registers(INTERRUPT_STATUS, FRAME_LENGTH);
            int power = chip.registers(POWER_MANAGEMENT, 1)[0] & 0xff;
            if (power != AWAKE_BY_GYROSCOPE) {
                throw new ReadFailed(
                        Flaw.NOT_READY,
                        "MPU-6050 at %s lost its settings (power management is 0x%02x, was set to 0x01): its power dipped"
                                .formatted(config.where(), power));
            }
            if ((frame[0] & DATA_READY) != 0) {
                return frame;
            }
            chip.pause(1);
        }
        throw new ReadFailed(
                Flaw.NOT_READY,
                "MPU-6050 at %s has no new sample after %d ms, and should every 5 ms: it hangs; cut its power if this stays"
                        .formatted(config.where(), MOST_POLLS));
    }

    private Reading convert(byte[] frame) {
        var measurements = new ArrayList<Measurement>(QUANTITIES.size());
        boolean saturated = false;
        for (int axis = 0; axis < 3; axis++) {
            short raw = word(frame, 1 + 2 * axis);
            saturated |= isFullScale(raw);
            measurements.add(Measurement.of(QUANTITIES.get(axis), acceleration(raw, config.accelerationRange())));
        }
        for (int axis = 0; axis < 3; axis++) {
            short raw = word(frame, 9 + 2 * axis);
            saturated |= isFullScale(raw);
            measurements.add(Measurement.of(QUANTITIES.get(3 + axis), rotation(raw, config.rotationRange())));
        }
        measurements.add(Measurement.of(Quantity.TEMPERATURE, celsius(word(frame, 7))));
        return new Reading(measurements, saturated ? Quality.of(Flaw.SATURATED) : Quality.GOOD);
    }

    private static boolean isFullScale(short raw) {
        return raw == Short.MAX_VALUE || raw == Short.MIN_VALUE;
    }

    private static short word(byte[] bytes, int at) {
        return (short) ((bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff);
    }

    /// 4.17; in m/s².
    static double acceleration(short raw, int range) {
        return raw * (double) range / FULL_SCALE * GRAVITY;
    }

    /// 4.19; in rad/s.
    static double rotation(short raw, int range) {
        return Math.toRadians(raw * (double) range / FULL_SCALE);
    }

    /// 4.18.
    static double celsius(short raw) {
        return raw / 340.0 + 36.53;
    }

    @Override
    public void close() {
        chip.close();
    }
}
