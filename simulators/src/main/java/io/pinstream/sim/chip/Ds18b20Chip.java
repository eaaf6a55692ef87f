package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.util.Optional;

/// A Maxim DS18B20 as its scratchpad: the power-on value before the first conversion, the CRC, and what the
/// kernel's `w1_slave` says of it. Sections are those of 19-7487.
public final class Ds18b20Chip {
    private static final int POWER_ON = 0x0550; // +85 °C
    private static final int POWER_ON_RESERVED = 0x0C;

    private final String id;
    private final Signal celsius;
    private final Faults faults = new Faults(this::powerOn);
    private boolean dipped;

    /// @param id its name below /sys/bus/w1/devices: `28-` and 12 of `0-9 a-f`
    public Ds18b20Chip(String id, Signal celsius) {
        if (!id.matches("28-[0-9a-f]{12}")) {
            throw new IllegalArgumentException("id must be 28- and 12 of 0-9 a-f, but was \"%s\"".formatted(id));
        }
        this.id = id;
        this.celsius = celsius;
    }

    private synchronized void powerOn() {
        dipped = true;
    }

    public String id() {
        return id;
    }

    public Faults faults() {
        return faults;
    }

    /// What the kernel gives at this time; empty where it sees no such device.
    ///
    /// After a dip of its power it says the power-on value once: the conversion was lost, the next one is not.
    synchronized Optional<String> slaveFile(Instant now) {
        if (faults.has(Fault.UNPLUGGED)) {
            return Optional.empty();
        }
        if (faults.has(Fault.NAK)) {
            return Optional.of("");
        }
        int raw = dipped ? POWER_ON : Math.clamp(Math.round(celsius.at(now) * 16), -55 * 16, 125 * 16);
        int reserved = dipped ? POWER_ON_RESERVED : 0x10 - (raw & 0x0f);
        dipped = false;
        int[] bytes = {raw & 0xff, raw >> 8 & 0xff, 0x4b, 0x46, 0x7f, 0xff, reserved, 0x10};
        int crc = crc(bytes);
        boolean disturbed = faults.has(Fault.WRONG_CRC);
        if (disturbed) {
            bytes[0] ^= 1 << 3;
        }
        var hex = new StringBuilder();
        for (int b : bytes) {
            hex.append("%02x ".formatted(b));
        }
        hex.append("%02x".formatted(crc));
        return Optional.of("%s : crc=%02x %s\n%s t=%d\n"
                .formatted(hex, crc(bytes), disturbed ? "NO" : "YES", hex, (short) raw * 1000 / 16));
    }

    /// "CRC generation": X⁸ + X⁵ + X⁴ + 1, lowest bit first.
    private static int crc(int[] bytes) {
        int crc = 0;
        for (int b : bytes) {
            for (int bit = 0; bit < 8; bit++) {
                int mix = (crc ^ b >> bit) & 1;
                crc >>= 1;
                if (mix == 1) {
                    crc ^= 0x8c;
                }
            }
        }
        return crc;
    }
}
