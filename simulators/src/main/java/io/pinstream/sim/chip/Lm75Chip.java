package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.time.InstantSource;

/// An LM75 as registers: pointer, temperature, configuration, limits; conversions in their time, which a read of
/// the temperature restarts, and none in shutdown.
///
/// Headings are those of SNIS153B. The O.S. pin is not there.
public final class Lm75Chip implements I2cChip {
    private static final int TEMPERATURE = 0;
    private static final int CONFIGURATION = 1;
    private static final int SHUTDOWN = 1;
    private static final int HYSTERESIS_AT_POWER_ON = 75 << 8;
    private static final int LIMIT_AT_POWER_ON = 80 << 8;
    private static final int CONVERSION_MILLIS = 100; // "Temperature-to-Digital Converter Characteristics", typical

    private final Signal celsius;
    private final int bits;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private int pointer;
    private int configuration;
    private int hysteresis = HYSTERESIS_AT_POWER_ON;
    private int limit = LIMIT_AT_POWER_ON;
    private int temperature;
    private Instant due;

    /// @param bits 9 or 11; those below are undefined, and here they are ones
    public Lm75Chip(Signal celsius, int bits, InstantSource world) {
        this.celsius = celsius;
        this.bits = bits;
        this.world = world;
        this.due = world.instant().plusMillis(CONVERSION_MILLIS);
    }

    /// The data sheet does not say what the temperature is before the first conversion: 0 °C here, as with the
    /// LM75B of NXP.
    private synchronized void powerOn() {
        pointer = TEMPERATURE;
        configuration = 0;
        hysteresis = HYSTERESIS_AT_POWER_ON;
        limit = LIMIT_AT_POWER_ON;
        temperature = 0;
        restart();
    }

    private void restart() {
        due = world.instant().plusMillis(CONVERSION_MILLIS);
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        acknowledge();
        settle();
        if (bytes.length > 0) {
            pointer = bytes[0] & 0b11;
        }
        if (bytes.length == 2 && pointer == CONFIGURATION) {
            boolean wakes = (configuration & SHUTDOWN) != 0 && (bytes[1] & SHUTDOWN) == 0;
            configuration = bytes[1] & 0b11111; // the highest three bits are always 0
            if (wakes) {
                restart();
            }
        } else if (bytes.length >= 3 && pointer > CONFIGURATION) {
            int word = (bytes[1] & 0xff) << 8 | bytes[2] & 0xff;
            if (pointer == 2) {
                hysteresis = word;
            } else {
                limit = word;
            }
        }
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        acknowledge();
        settle();
        int word = switch (pointer) {
            case TEMPERATURE -> temperature;
            case CONFIGURATION -> configuration << 8 | configuration;
            case 2 -> hysteresis;
            default -> limit;
        };
        if (pointer == TEMPERATURE) {
            restart();
        }
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 2 == 0 ? word >> 8 : word);
        }
        return bytes;
    }

    private void acknowledge() throws Nak {
        if (faults.has(Fault.UNPLUGGED) || faults.has(Fault.NAK)) {
            throw new Nak();
        }
    }

    private void settle() {
        var now = world.instant();
        if ((configuration & SHUTDOWN) != 0 || faults.has(Fault.STUCK_BUSY) || now.isBefore(due)) {
            return;
        }
        int undefined = 16 - bits;
        double step = (1 << undefined) / 256.0;
        int most = (1 << bits - 1) - 1;
        int steps = Math.clamp(Math.round(celsius.at(now) / step), -most - 1, most);
        temperature = (steps << undefined | (1 << undefined) - 1) & 0xffff;
        restart();
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
