package io.pinstream.sim.chip;

import java.time.Instant;

/// A chip at the other end of a serial line that speaks by itself.
///
/// [Fault#UNPLUGGED] and [Fault#NAK] are the port's affair: reading it fails.
public interface SerialChip {
    /// What it has sent since somebody last asked, as far as a kernel would have kept it.
    byte[] sent(Instant now);

    Faults faults();
}
