package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// ROHM BH1750: illuminance.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x23 or 0x5C, as its ADDR pin says
/// @param mtreg how long it gathers light, 31 to 254 of its own steps. The fewer, the brighter it may be: up to
///     121 klx with 31, which is full sun; 54.6 klx with 69; 14.8 klx with 254, which is for the dark
public record Bh1750Config(int bus, int address, int mtreg) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x23;
    /// "Measurement time", which is also the chip's own default.
    public static final int MTREG = 69;

    public Bh1750Config {
        Place.bus(bus);
        if (address != 0x23 && address != 0x5C) {
            throw new IllegalArgumentException("address must be 0x23 or 0x5c, but was 0x%02x".formatted(address));
        }
        if (mtreg < 31 || mtreg > 254) {
            throw new IllegalArgumentException("mtreg must be 31 to 254, but was " + mtreg);
        }
    }

    @Override
    public String type() {
        return "bh1750";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.ILLUMINANCE);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Bh1750(board.i2c(bus, address), this);
    }
}
