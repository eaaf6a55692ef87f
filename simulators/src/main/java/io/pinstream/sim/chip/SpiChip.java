package io.pinstream.sim.chip;

/// A chip on an SPI bus, seen from the bus: as many bytes out as in. Safe for use by many threads.
public interface SpiChip {
    byte[] transfer(byte[] in);

    Faults faults();
}
