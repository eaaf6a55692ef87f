package io.pinstream.sim.chip;

import java.time.Duration;

/// A chip on an I²C bus, seen from the bus: bytes in, bytes out. Safe for use by many threads.
public interface I2cChip {
    /// Takes the bytes of one write transfer; the first is the register pointer with all of our chips.
    void write(byte[] bytes) throws Nak;

    /// Gives the bytes of one read transfer, from where the register pointer stands.
    byte[] read(int length) throws Nak;

    /// How long it would hold the clock low before it gives the bytes of a read that began now (UM10204, 3.1.9);
    /// most chips never do.
    default Duration stretch() {
        return Duration.ZERO;
    }

    Faults faults();
}
