package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Sensirion SHT31: temperature and humidity. SHT30 and SHT35 are the same with another accuracy.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x44 or 0x45, as its ADDR pin says
public record Sht31Config(int bus, int address) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x44;

    public Sht31Config {
        Place.bus(bus);
        Place.address(address, 0x44, 0x45);
    }

    @Override
    public String type() {
        return "sht31";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.TEMPERATURE, Quantity.HUMIDITY);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Sht31(board.i2c(bus, address), where());
    }
}
