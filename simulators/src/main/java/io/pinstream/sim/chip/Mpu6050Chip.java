package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/// An InvenSense MPU-6050 as registers: asleep from power-on, reset, sample rate, ranges that saturate,
/// data-ready bit that must be enabled and that reading clears, auto-increment. Sections are those of
/// RM-MPU-6000A-00 revision 4.2. The FIFO, the interrupt pin and the second bus are not there.
public final class Mpu6050Chip implements I2cChip {
    private static final int SAMPLE_RATE_DIVIDER = 0x19;
    private static final int GYROSCOPE = 0x1B;
    private static final int ACCELEROMETER = 0x1C;
    private static final int INTERRUPT_ENABLE = 0x38;
    private static final int INTERRUPT_STATUS = 0x3A;
    private static final int DATA_READY = 1;
    private static final int FIGURES = 0x3B;
    private static final int POWER_MANAGEMENT = 0x6B;
    private static final int RESET = 0x80;
    private static final int SLEEP = 0x40;
    private static final int WHO_AM_I = 0x75;
    private static final double GRAVITY = 9.80665;
    private static final int FULL_SCALE = 32768;

    /// What the chip feels.
    ///
    /// @param metresPerSquareSecond acceleration of x, y and z
    /// @param radiansPerSecond rotation round x, y and z
    /// @param celsius its own temperature
    public record Motion(List<Signal> metresPerSquareSecond, List<Signal> radiansPerSecond, Signal celsius) {
        public Motion {
            metresPerSquareSecond = List.copyOf(metresPerSquareSecond);
            radiansPerSecond = List.copyOf(radiansPerSecond);
            if (metresPerSquareSecond.size() != 3 || radiansPerSecond.size() != 3) {
                throw new IllegalArgumentException("an MPU-6050 has 3 axes of each, but got %d and %d"
                        .formatted(metresPerSquareSecond.size(), radiansPerSecond.size()));
            }
        }
    }

    private final Motion motion;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private final byte[] registers = new byte[128];
    private int pointer;
    private Instant next = Instant.MIN;

    public Mpu6050Chip(Motion motion, InstantSource world) {
        this.motion = motion;
        this.world = world;
        powerOn();
    }

    private synchronized void powerOn() {
        Arrays.fill(registers, (byte) 0);
        registers[POWER_MANAGEMENT] = SLEEP; // 3: the only two registers that are not 0
        registers[WHO_AM_I] = 0x68;
        pointer = 0;
        next = Instant.MIN;
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        answer();
        if (bytes.length == 0) {
            return;
        }
        pointer = bytes[0] & 0x7f;
        for (int i = 1; i < bytes.length; i++) {
            store(pointer, bytes[i] & 0xff);
            pointer = pointer + 1 & 0x7f;
        }
    }

    private void store(int register, int value) {
        if (register == POWER_MANAGEMENT && (value & RESET) != 0) {
            powerOn();
        } else if (register == POWER_MANAGEMENT
                || register == INTERRUPT_ENABLE
                || register >= SAMPLE_RATE_DIVIDER && register <= ACCELEROMETER) {
            registers[register] = (byte) value;
        }
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        answer();
        settle();
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = registers[pointer];
            if (pointer == INTERRUPT_STATUS) {
                registers[INTERRUPT_STATUS] = 0; // 4.16: reading clears it
            }
            pointer = pointer + 1 & 0x7f;
        }
        return bytes;
    }

    private void answer() throws Nak {
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK)) {
            throw new Nak();
        }
    }

    private void settle() {
        var now = world.instant();
        boolean asleep = (registers[POWER_MANAGEMENT] & SLEEP) != 0;
        if (asleep || faults.has(Fault.STUCK_BUSY) || now.isBefore(next)) {
            return;
        }
        next = now.plus(Duration.ofMillis(1 + (registers[SAMPLE_RATE_DIVIDER] & 0xff)));
        double fullAcceleration = (2 << (registers[ACCELEROMETER] >> 3 & 0b11)) * GRAVITY;
        double fullRotation = Math.toRadians(250 << (registers[GYROSCOPE] >> 3 & 0b11));
        for (int axis = 0; axis < 3; axis++) {
            put(2 * axis, motion.metresPerSquareSecond().get(axis).at(now) / fullAcceleration * FULL_SCALE);
            put(8 + 2 * axis, motion.radiansPerSecond().get(axis).at(now) / fullRotation * FULL_SCALE);
        }
        put(6, (motion.celsius().at(now) - 36.53) * 340);
        registers[INTERRUPT_STATUS] |= (byte) (registers[INTERRUPT_ENABLE] & DATA_READY); // 4.15, 4.16
    }

    private void put(int at, double raw) {
        int word = Math.clamp(Math.round(raw), Short.MIN_VALUE, Short.MAX_VALUE);
        registers[FIGURES + at] = (byte) (word >> 8);
        registers[FIGURES + at + 1] = (byte) word;
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
