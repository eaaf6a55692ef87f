package io.pinstream.sim.board;

import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.chip.SpiChip;
import io.pinstream.sim.chip.Wire;
import java.util.Optional;
import java.util.function.Supplier;

/// Where a driver has opened something: the way from the board to a chip, or a line.
public sealed interface Connection {
    /// In words, such as `i2c-1 0x76`.
    String place();

    /// A chip on an I²C bus.
    ///
    /// @param wire to this chip alone
    /// @param whole what all chips of the bus share
    /// @param chip who is there at the moment
    record I2c(int bus, int address, Wire wire, Wire whole, Supplier<Optional<I2cChip>> chip) implements Connection {
        @Override
        public String place() {
            return "i2c-%d 0x%02x".formatted(bus, address);
        }
    }

    /// A chip on an SPI bus.
    ///
    /// @param chip who is there at the moment
    record Spi(int bus, int chipSelect, Wire wire, Supplier<Optional<SpiChip>> chip) implements Connection {
        @Override
        public String place() {
            return "spi-%d.%d".formatted(bus, chipSelect);
        }
    }

    /// A GPIO line.
    record Line(int number, SimulatedLine line) implements Connection {
        @Override
        public String place() {
            return "line " + number;
        }
    }
}
