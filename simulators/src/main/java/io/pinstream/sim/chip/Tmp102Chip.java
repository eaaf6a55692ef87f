package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.time.InstantSource;

/// A Texas Instruments TMP102 as registers: pointer, configuration, temperature in 12 and 13 bits, limits;
/// conversions one by one out of shutdown, and continuously, each in its time.
///
/// Headings are those of SBOS397C. The alert pin's thermostat and fault queue are not there: AL stays as at
/// power-on.
public final class Tmp102Chip implements I2cChip {
    private static final int TEMPERATURE = 0;
    private static final int CONFIGURATION = 1;
    private static final int POWER_ON = 0x60A0; // table 7
    private static final int OS = 1 << 15;
    private static final int SHUTDOWN = 1 << 8;
    private static final int EXTENDED = 1 << 4;
    private static final int READ_ONLY = 0b11 << 13 | 1 << 5;
    private static final int UNUSED = 0b1111;
    private static final int LOW_AT_POWER_ON = 75 << 8; // "High- and low-limit registers"
    private static final int HIGH_AT_POWER_ON = 80 << 8;
    private static final int CONVERSION_MILLIS = 26; // "Electrical Characteristics", typical

    private final Signal celsius;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private int pointer;
    private int configuration = POWER_ON;
    private int low = LOW_AT_POWER_ON;
    private int high = HIGH_AT_POWER_ON;
    private int temperature;
    private boolean converting;
    private Instant due;

    public Tmp102Chip(Signal celsius, InstantSource world) {
        this.celsius = celsius;
        this.world = world;
        this.due = world.instant();
        powerOn();
    }

    /// "Temperature Register": 0 °C until the first conversion is complete.
    private synchronized void powerOn() {
        pointer = TEMPERATURE;
        configuration = POWER_ON;
        low = LOW_AT_POWER_ON;
        high = HIGH_AT_POWER_ON;
        temperature = 0;
        begin();
    }

    private void begin() {
        converting = true;
        due = world.instant().plusMillis(CONVERSION_MILLIS);
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        acknowledge();
        settle();
        if (bytes.length > 0) {
            pointer = bytes[0] & 0b11;
        }
        if (bytes.length < 3) {
            return;
        }
        int word = (bytes[1] & 0xff) << 8 | bytes[2] & 0xff;
        switch (pointer) {
            case CONFIGURATION -> configure(word);
            case 2 -> low = word;
            case 3 -> high = word;
            default -> {
                // The temperature register is read-only.
            }
        }
    }

    private void configure(int word) {
        boolean wasContinuous = (configuration & SHUTDOWN) == 0;
        configuration = word & ~(OS | READ_ONLY | UNUSED) | configuration & READ_ONLY;
        boolean isContinuous = (configuration & SHUTDOWN) == 0;
        if (isContinuous ? !wasContinuous : (word & OS) != 0) {
            begin();
        }
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        acknowledge();
        settle();
        int word = switch (pointer) {
            case TEMPERATURE -> temperature;
            // "One-Shot": reads 0 while it converts out of shutdown; it goes on by itself else, and reads 0
            case CONFIGURATION -> configuration | (converting ? 0 : OS);
            case 2 -> low;
            default -> high;
        };
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
        if (!converting || faults.has(Fault.STUCK_BUSY) || now.isBefore(due)) {
            return;
        }
        long sixteenths = Math.round(celsius.at(now) * 16);
        // Tables 5 and 6: where the value stands, and what tells the one form from the other
        temperature = (configuration & EXTENDED) == 0
                ? Math.clamp(sixteenths, -0x800, 0x7FF) << 4 & 0xffff
                : Math.clamp(sixteenths, -0x1000, 0xFFF) << 3 & 0xffff | 1;
        converting = (configuration & SHUTDOWN) == 0;
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
