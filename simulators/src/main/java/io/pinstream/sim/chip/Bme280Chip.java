package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/// A Bosch BME280 (or BMP280) as registers: calibration, forced and normal mode, measuring time, power-on state,
/// reset, auto-increment of reads and pairs in writes. Sections are those of BST-BME280-DS002.
public final class Bme280Chip implements I2cChip {
    private static final int BMP280_ID = 0x58;
    private static final int BME280_ID = 0x60; // 5.4.1
    private static final int ID = 0xD0;
    private static final int RESET = 0xE0;
    private static final int RESET_WORD = 0xB6; // 5.4.2
    private static final int CTRL_HUM = 0xF2;
    private static final int STATUS = 0xF3;
    private static final int MEASURING = 1 << 3;
    private static final int COPYING_CALIBRATION = 1;
    private static final int CTRL_MEAS = 0xF4;
    private static final int CONFIG = 0xF5;
    private static final int PRESSURE = 0xF7;
    private static final int TEMPERATURE = 0xFA;
    private static final int HUMIDITY = 0xFD;
    private static final int NORMAL = 0b11;
    private static final int SKIPPED = 0x80000;
    private static final Duration START_UP = Duration.ofMillis(2); // 1.1, table 1

    /// What the chip feels.
    ///
    /// @param celsius temperature
    /// @param humidity relative humidity in %
    /// @param pascal pressure
    public record Air(Signal celsius, Signal humidity, Signal pascal) {}

    private final Air air;
    private final InstantSource world;
    private final boolean humid;
    private final Bme280Trimming trimming;
    private final Faults faults = new Faults(this::powerOn);
    private final byte[] registers = new byte[256];
    private int pointer;
    private int activeHumidity;
    private Instant ready;
    private boolean due;

    private Bme280Chip(Air air, InstantSource world, boolean humid) {
        this.air = air;
        this.world = world;
        this.humid = humid;
        this.trimming = Bme280Trimming.TYPICAL;
        this.ready = world.instant();
        clear();
    }

    public static Bme280Chip bme280(Air air, InstantSource world) {
        return new Bme280Chip(air, world, true);
    }

    public static Bme280Chip bmp280(Air air, InstantSource world) {
        return new Bme280Chip(air, world, false);
    }

    private synchronized void powerOn() {
        clear();
        ready = world.instant().plus(START_UP);
    }

    /// The reset state of 5.3, table 18.
    private void clear() {
        Arrays.fill(registers, (byte) 0);
        registers[ID] = (byte) (humid ? BME280_ID : BMP280_ID);
        put(PRESSURE, SKIPPED << 4, 3);
        put(TEMPERATURE, SKIPPED << 4, 3);
        put(HUMIDITY, humid ? 0x8000 : 0, 2);
        trimming.store(registers, humid);
        pointer = 0;
        activeHumidity = 0;
        due = false;
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        answer();
        if (bytes.length == 0) {
            return;
        }
        pointer = bytes[0] & 0xff;
        // 6.2.1: register and value in pairs; a lone first byte only sets the pointer.
        for (int i = 0; i + 1 < bytes.length; i += 2) {
            store(bytes[i] & 0xff, bytes[i + 1] & 0xff);
        }
    }

    private void store(int register, int value) {
        switch (register) {
            case RESET -> {
                if (value == RESET_WORD) {
                    powerOn();
                }
            }
            case CTRL_HUM, CONFIG -> registers[register] = (byte) value;
            case CTRL_MEAS -> {
                registers[CTRL_MEAS] = (byte) value;
                activeHumidity = humid ? registers[CTRL_HUM] & 0b111 : 0; // 5.4.3: holds from here on
                if ((value & 0b11) != 0) {
                    begin(value);
                }
            }
            default -> {
                // Everything else is read-only.
            }
        }
    }

    private void begin(int control) {
        double millis = 1; // 9.1, typical times
        millis += 2 * times(control >> 5);
        millis += times(control >> 2) == 0 ? 0 : 2 * times(control >> 2) + 0.5;
        millis += times(activeHumidity) == 0 ? 0 : 2 * times(activeHumidity) + 0.5;
        ready = world.instant().plusNanos((long) (millis * 1_000_000));
        due = true;
    }

    /// 5.4.3 and 5.4.5: 0 skips, then ×1, ×2, ×4, ×8, and ×16 for all others.
    private static int times(int bits) {
        int code = bits & 0b111;
        return code == 0 ? 0 : 1 << Math.min(code, 5) - 1;
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        answer();
        settle();
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = registers[pointer];
            pointer = pointer + 1 & 0xff;
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
        boolean waiting = now.isBefore(ready);
        boolean stuck = faults.has(Fault.STUCK_BUSY);
        registers[STATUS] =
                (byte) ((due && (waiting || stuck) ? MEASURING : 0) | (!due && waiting ? COPYING_CALIBRATION : 0));
        if (due && !waiting && !stuck) {
            measure(now);
        }
        trimming.store(registers, humid);
        if (faults.has(Fault.NO_CALIBRATION)) {
            Bme280Trimming.erase(registers);
        }
    }

    private void measure(Instant now) {
        int control = registers[CTRL_MEAS];
        int temperature = trimming.rawTemperature(air.celsius().at(now));
        int fine = trimming.fine(temperature);
        put(TEMPERATURE, (times(control >> 5) == 0 ? SKIPPED : resolved(temperature, times(control >> 5))) << 4, 3);
        int pressure = trimming.rawPressure(air.pascal().at(now), fine);
        put(PRESSURE, (times(control >> 2) == 0 ? SKIPPED : resolved(pressure, times(control >> 2))) << 4, 3);
        if (humid) {
            put(
                    HUMIDITY,
                    activeHumidity == 0
                            ? 0x8000
                            : trimming.rawHumidity(air.humidity().at(now), fine),
                    2);
        }
        if ((control & 0b11) != NORMAL) {
            registers[CTRL_MEAS] = (byte) (control & ~0b11); // 3.3.3: asleep again
            due = false;
        }
    }

    /// 3.4.1 and 3.4.2: without filter, 16 bits and one more for each doubling of the oversampling.
    private static int resolved(int raw, int times) {
        int undefined = 4 - Integer.numberOfTrailingZeros(times);
        return raw >> undefined << undefined;
    }

    private void put(int register, int value, int length) {
        for (int i = 0; i < length; i++) {
            registers[register + i] = (byte) (value >> 8 * (length - 1 - i));
        }
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
