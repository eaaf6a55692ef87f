package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A Texas Instruments INA219 as registers: triggered and continuous conversions that take their time, ranges that
/// saturate, the conversion-ready bit, and current and power by the calibration register. Sections are those of
/// SBOS448G.
public final class Ina219Chip implements I2cChip {
    private static final int CONFIG = 0;
    private static final int SHUNT = 1;
    private static final int BUS = 2;
    private static final int POWER = 3;
    private static final int CURRENT = 4;
    private static final int CALIBRATION = 5;
    private static final int POWER_ON = 0x399F; // 8.6.2.1
    private static final int RESET = 1 << 15;
    private static final int CONVERTED = 1 << 1;
    private static final int OVERFLOW = 1;
    private static final Duration CONVERSION = Duration.ofNanos(2 * 532_000); // 7.5, typical, both at 12 bits

    private final Signal volts;
    private final Signal amperes;
    private final double ohms;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private final int[] registers = new int[6];
    private int pointer;
    private boolean due;
    private Instant ready;

    /// @param volts the supply's voltage
    /// @param amperes the current through the shunt
    /// @param ohms the shunt
    public Ina219Chip(Signal volts, Signal amperes, double ohms, InstantSource world) {
        this.volts = volts;
        this.amperes = amperes;
        this.ohms = ohms;
        this.world = world;
        this.ready = world.instant();
        powerOn();
    }

    private synchronized void powerOn() {
        java.util.Arrays.fill(registers, 0);
        registers[CONFIG] = POWER_ON;
        pointer = 0;
        begin(); // 8.4: it converts continuously from power-on
    }

    private void begin() {
        ready = world.instant().plus(CONVERSION);
        due = (registers[CONFIG] & 0b111) != 0 && (registers[CONFIG] & 0b111) != 0b100; // power-down, ADC off
        registers[BUS] &= ~CONVERTED;
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        answer();
        if (bytes.length == 0) {
            return;
        }
        pointer = bytes[0] & 0xff;
        if (bytes.length < 3) {
            return;
        }
        int word = (bytes[1] & 0xff) << 8 | bytes[2] & 0xff;
        if (pointer == CONFIG) {
            if ((word & RESET) != 0) {
                powerOn();
                return;
            }
            settle();
            registers[CONFIG] = word;
            begin();
        } else if (pointer == CALIBRATION) {
            registers[CALIBRATION] = word & ~1; // 8.6.4.1: bit 0 is never set
        }
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        answer();
        settle();
        int word = pointer < registers.length ? registers[pointer] : 0xffff;
        if (pointer == POWER) {
            registers[BUS] &= ~CONVERTED; // 8.6.3.2
        }
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 2 == 0 ? word >> 8 : word);
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
        if (!due || faults.has(Fault.STUCK_BUSY) || now.isBefore(ready)) {
            return;
        }
        int range = 4000 << (registers[CONFIG] >> 11 & 0b11);
        long steps = Math.round(amperes.at(now) * ohms / 10e-6);
        int shunt = Math.clamp(steps, -range, range);
        int fullScale = (registers[CONFIG] & 1 << 13) != 0 ? 8000 : 4000;
        int bus = Math.clamp(Math.round(volts.at(now) / 4e-3), 0, fullScale);
        int current = shunt * registers[CALIBRATION] / 4096; // 8.5.1, equation 4
        int power = current * bus / 5000; // equation 5
        boolean overflow = current != (short) current || power > 0xffff;
        registers[SHUNT] = shunt & 0xffff;
        registers[BUS] = bus << 3 | CONVERTED | (overflow ? OVERFLOW : 0);
        registers[CURRENT] = current & 0xffff;
        registers[POWER] = power & 0xffff;
        boolean triggered = (registers[CONFIG] & 0b111) < 0b100;
        due = !triggered;
        ready = now.plus(CONVERSION);
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
