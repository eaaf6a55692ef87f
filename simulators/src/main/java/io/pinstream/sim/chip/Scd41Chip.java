package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A Sensirion SCD41 as it behaves on the bus: commands with checksums, a measurement every 5 s, no acknowledge
/// while it is busy, for what it does not take while it measures, and for data that there is not. Sections are
/// those of the data sheet "SCD4x", version 1.4.
public final class Scd41Chip implements I2cChip {
    private static final int START_PERIODIC = 0x21b1;
    private static final int READ_MEASUREMENT = 0xec05;
    private static final int STOP_PERIODIC = 0x3f86;
    private static final int SET_TEMPERATURE_OFFSET = 0x241d;
    private static final int GET_TEMPERATURE_OFFSET = 0x2318;
    private static final int SET_ALTITUDE = 0x2427;
    private static final int GET_ALTITUDE = 0x2322;
    private static final int SET_SELF_CALIBRATION = 0x2416;
    private static final int GET_SELF_CALIBRATION = 0x2313;
    private static final int DATA_READY = 0xe4b8;
    private static final int SERIAL_NUMBER = 0x3682;
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration STOPPING = Duration.ofMillis(500);
    private static final Duration COMMAND = Duration.ofMillis(1); // table 9
    private static final Duration START_UP = Duration.ofSeconds(1); // 3.1 of version 1.3
    private static final int FOUR_DEGREES = 1498; // 3.7.1
    private static final int READY = 0x8006;
    private static final int NOT_READY = 0x8000;
    private static final int FULL_SCALE = 0xffff;

    /// What the chip feels.
    ///
    /// @param ppm carbon dioxide
    /// @param celsius temperature of the air
    /// @param humidity relative humidity in %
    public record Air(Signal ppm, Signal celsius, Signal humidity) {}

    private final Air air;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private byte[] answer = {};
    private Instant busyUntil = Instant.MIN;
    private boolean measuring;
    private Instant next = Instant.MAX;
    private int[] measured = {};
    private int offset = FOUR_DEGREES;
    private int altitude;
    private int selfCalibration = 1;

    public Scd41Chip(Air air, InstantSource world) {
        this.air = air;
        this.world = world;
    }

    private synchronized void powerOn() {
        answer = new byte[0];
        busyUntil = world.instant().plus(START_UP);
        offset = FOUR_DEGREES;
        altitude = 0;
        selfCalibration = 1;
        measuring = false;
        next = Instant.MAX;
        measured = new int[0];
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        var now = answering();
        if (bytes.length < 2) {
            return;
        }
        answer = new byte[0];
        int command = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        settle(now);
        busyUntil = now.plus(COMMAND);
        switch (command) {
            case STOP_PERIODIC -> {
                measuring = false;
                next = Instant.MAX;
                measured = new int[0];
                busyUntil = now.plus(STOPPING);
            }
            case DATA_READY -> answer = SensirionWords.of(measured.length > 0 ? READY : NOT_READY);
            case READ_MEASUREMENT -> {
                answer = SensirionWords.of(measured);
                measured = new int[0]; // 3.6.2: the buffer is emptied upon read-out
            }
            default -> idle(command, bytes, now);
        }
    }

    /// What it takes only while it does not measure (table 9).
    private void idle(int command, byte[] bytes, Instant now) throws Nak {
        if (measuring) {
            throw new Nak();
        }
        switch (command) {
            case START_PERIODIC -> {
                measuring = true;
                next = now.plus(PERIOD);
            }
            case SERIAL_NUMBER -> answer = SensirionWords.of(0xf896, 0x9f07, 0x3bbe); // the example of 3.10.2
            case GET_TEMPERATURE_OFFSET -> answer = SensirionWords.of(offset);
            case GET_ALTITUDE -> answer = SensirionWords.of(altitude);
            case GET_SELF_CALIBRATION -> answer = SensirionWords.of(selfCalibration);
            case SET_TEMPERATURE_OFFSET -> offset = taken(bytes, offset);
            case SET_ALTITUDE -> altitude = taken(bytes, altitude);
            case SET_SELF_CALIBRATION -> selfCalibration = taken(bytes, selfCalibration);
            default -> throw new Nak();
        }
    }

    /// The word behind a command; what was there before where there is none, or its checksum does not fit.
    private static int taken(byte[] bytes, int before) {
        return bytes.length == 5 && SensirionWords.crc(bytes[2], bytes[3]) == (bytes[4] & 0xff)
                ? (bytes[2] & 0xff) << 8 | bytes[3] & 0xff
                : before;
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        answering();
        if (answer.length == 0) {
            throw new Nak();
        }
        var bytes = new byte[length];
        java.util.Arrays.fill(bytes, (byte) 0xff);
        System.arraycopy(answer, 0, bytes, 0, Math.min(length, answer.length));
        if (faults.has(Fault.WRONG_CRC)) {
            bytes[0] ^= 1;
        }
        return bytes;
    }

    private Instant answering() throws Nak {
        var now = world.instant();
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK) || now.isBefore(busyUntil)) {
            throw new Nak();
        }
        return now;
    }

    private void settle(Instant now) {
        if (faults.has(Fault.STUCK_BUSY) || now.isBefore(next)) {
            return;
        }
        measured = new int[] {
            Math.clamp(Math.round(air.ppm().at(now)), 0, FULL_SCALE),
            word((air.celsius().at(now) + 45) / 175),
            word(air.humidity().at(now) / 100)
        };
        next = now.plus(PERIOD);
    }

    private static int word(double ratio) {
        return Math.clamp(Math.round(ratio * FULL_SCALE), 0, FULL_SCALE);
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
