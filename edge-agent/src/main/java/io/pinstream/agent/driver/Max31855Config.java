package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Maxim MAX31855K with a thermocouple of type K: its temperature, and that of the cold junction in the chip.
///
/// @param bus the SPI bus, the n of /dev/spidevn.m
/// @param chipSelect its chip select, the m of it
public record Max31855Config(int bus, int chipSelect) implements DriverConfig {
    public static final int BUS = 0;
    public static final int CHIP_SELECT = 0;

    public Max31855Config {
        Place.chipSelect(bus, chipSelect);
    }

    @Override
    public String type() {
        return "max31855";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.TEMPERATURE, Max31855.COLD_JUNCTION);
    }

    @Override
    public String where() {
        return Place.spi(bus, chipSelect);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Max31855(board.spi(bus, chipSelect, Max31855.BAUD, Max31855.MODE), where());
    }
}
