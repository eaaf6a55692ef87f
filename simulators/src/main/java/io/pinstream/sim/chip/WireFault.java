package io.pinstream.sim.chip;

/// What can be wrong between board and chip, without the chip's knowing: until it is mended.
public enum WireFault {
    /// No power or no data line. I²C: nobody acknowledges; SPI: the board reads the pull-up, all ones. Plugged in
    /// again, the chip starts as after power-on.
    DISCONNECTED,
    /// Transfers are not acknowledged, and the chip keeps its registers: a bad contact, a bus that is too long
    /// (I²C).
    NAK,
    /// Somebody holds the clock low: every transfer hangs until the adapter gives up (I²C, the whole bus).
    STUCK_BUS,
    /// One bit of every read arrives wrong.
    FLIPPED_BIT
}
