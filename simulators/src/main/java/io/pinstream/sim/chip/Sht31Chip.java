package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/// A Sensirion SHT31 as commands: single shots that take their time, and until then do not acknowledge a read, or
/// hold the clock where that was asked for; periodic mode as far as it is in the way, break, soft reset, heater,
/// status, CRC.
///
/// Sections are those of SHT3x-DIS, version 5. Alerts and fetching in periodic mode are not there.
public final class Sht31Chip implements I2cChip {
    private static final int STATUS_AT_POWER_ON = 0x8010; // 4.11, table 18: alert pending, reset detected
    private static final int INVALID_COMMAND = 1 << 1;
    private static final int HEATER = 1 << 13;
    private static final Duration RESET = Duration.ofMillis(1); // 2.2, table 4

    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final Signal celsius;
    private final Signal humidity;
    private final InstantSource world;
    private final Faults faults = new Faults(this::powerOn);
    private int status = STATUS_AT_POWER_ON;
    private boolean periodic;
    private boolean measuring;
    private boolean stretches;
    private Instant due;
    private byte[] answer = {};

    /// @param humidity relative, in %
    public Sht31Chip(Signal celsius, Signal humidity, InstantSource world) {
        this.celsius = celsius;
        this.humidity = humidity;
        this.world = world;
        this.due = world.instant();
    }

    private synchronized void powerOn() {
        status = STATUS_AT_POWER_ON;
        periodic = false;
        measuring = false;
        answer = new byte[0];
        due = world.instant().plus(RESET);
    }

    @Override
    public synchronized void write(byte[] bytes) throws Nak {
        acknowledge();
        if (bytes.length < 2) {
            return; // somebody looks who is there
        }
        if (!measuring && world.instant().isBefore(due)) {
            throw new Nak(); // it resets
        }
        int command = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        answer = new byte[0];
        status &= ~INVALID_COMMAND;
        switch (command) {
            case 0x2400 -> singleShot(15, false); // 2.2, table 4: high repeatability
            case 0x240B -> singleShot(6, false);
            case 0x2416 -> singleShot(4, false);
            case 0x2C06 -> singleShot(15, true); // 4.3, table 9: the same with clock stretching
            case 0x2C0D -> singleShot(6, true);
            case 0x2C10 -> singleShot(4, true);
            case 0x2032, 0x2130, 0x2236, 0x2334, 0x2737 -> periodic = true; // 4.5, table 10
            case 0x3093 -> { // 4.8
                periodic = false;
                measuring = false;
                due = world.instant(); // whatever it was busy with is over
            }
            case 0x30A2 -> { // 4.9: in idle state only
                if (periodic) {
                    refuse();
                }
                powerOn();
            }
            case 0x306D -> status |= HEATER; // 4.10
            case 0x3066 -> status &= ~HEATER;
            case 0xF32D -> answer = SensirionWords.of(status); // 4.11
            case 0x3041 -> status &= HEATER;
            default -> refuse();
        }
    }

    /// The data sheet does not say what becomes of a single shot in the midst of another: here it begins anew.
    private void singleShot(int millis, boolean stretched) throws Nak {
        if (periodic) {
            refuse();
        }
        measuring = true;
        stretches = stretched;
        due = world.instant().plusMillis(millis);
    }

    private void refuse() throws Nak {
        status |= INVALID_COMMAND;
        throw new Nak();
    }

    @Override
    public synchronized Duration stretch() {
        var left = Duration.between(world.instant(), due);
        boolean holds = measuring && stretches && !faults.has(Fault.UNPLUGGED) && !faults.has(Fault.NAK);
        if (holds && faults.has(Fault.STUCK_BUSY)) {
            return FOR_EVER;
        }
        return holds && left.isPositive() ? left : Duration.ZERO;
    }

    @Override
    public synchronized byte[] read(int length) throws Nak {
        acknowledge();
        settle();
        if (answer.length == 0) {
            throw new Nak(); // 4.4 and 4.6: nothing is there, or not yet
        }
        var bytes = Arrays.copyOf(answer, length);
        if (length > answer.length) {
            Arrays.fill(bytes, answer.length, length, (byte) 0xff);
        }
        answer = new byte[0];
        if (faults.has(Fault.WRONG_CRC)) {
            bytes[0] ^= 1;
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
        if (!measuring || faults.has(Fault.STUCK_BUSY) || now.isBefore(due)) {
            return;
        }
        measuring = false;
        // 4.13, turned round
        answer = SensirionWords.of(raw((celsius.at(now) + 45) / 175), raw(humidity.at(now) / 100));
    }

    private static int raw(double part) {
        return Math.clamp(Math.round(part * 65535), 0, 65535);
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
