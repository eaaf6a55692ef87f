package io.pinstream.sim.chip;

/// What can be wrong with a simulated chip until it is mended.
public enum Fault {
    /// It has no power and no wire: the bus sees nobody. Mended, it starts as after power-on.
    UNPLUGGED,
    /// It is there and keeps its registers, but acknowledges nothing (I²C), or its file is empty (1-Wire).
    NAK,
    /// It has begun a measurement and never says that it is over.
    STUCK_BUSY,
    /// A bit falls over on the wire (1-Wire: the kernel sees that the CRC does not fit).
    WRONG_CRC,
    /// Its calibration memory reads all zeros (BME280).
    NO_CALIBRATION,
    /// Its thermocouple has come off (MAX31855).
    OPEN,
    /// Its thermocouple touches ground (MAX31855).
    SHORT_TO_GROUND,
    /// Its thermocouple touches the supply (MAX31855).
    SHORT_TO_SUPPLY
}
