package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Bosch BMP280: temperature, pressure.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x76 or 0x77, as its SDO pin says
public record Bmp280Config(int bus, int address) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x76;

    public Bmp280Config {
        Place.bus(bus);
        Place.address(address, 0x76, 0x77);
    }

    @Override
    public String type() {
        return "bmp280";
    }

    @Override
    public List<Quantity> quantities() {
        return Bme280.quantities(Bme280.Model.BMP280);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Bme280(board.i2c(bus, address), Bme280.Model.BMP280, where());
    }
}
