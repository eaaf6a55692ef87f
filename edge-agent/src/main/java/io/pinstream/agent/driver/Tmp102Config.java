package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Texas Instruments TMP102: temperature.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x48 to 0x4B, as its ADD0 pin says
public record Tmp102Config(int bus, int address) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x48;

    public Tmp102Config {
        Place.bus(bus);
        Place.address(address, 0x48, 0x4B);
    }

    @Override
    public String type() {
        return "tmp102";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.TEMPERATURE);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Tmp102(board.i2c(bus, address), where());
    }
}
