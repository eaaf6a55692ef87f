package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// One channel of a Microchip MCP3008: voltage.
///
/// @param bus the SPI bus, the n of /dev/spidevn.m
/// @param chipSelect its chip select, the m of it
/// @param channel 0 to 7
/// @param referenceVolts the voltage at its VREF pin
/// @param scale what a volt stands for
public record Mcp3008Config(int bus, int chipSelect, int channel, double referenceVolts, Optional<Scale> scale)
        implements DriverConfig {
    public static final int BUS = 0;
    public static final int CHIP_SELECT = 0;
    public static final double REFERENCE_VOLTS = 3.3;

    public Mcp3008Config {
        Place.chipSelect(bus, chipSelect);
        if (channel < 0 || channel > 7) {
            throw new IllegalArgumentException("channel must be 0 to 7, but was " + channel);
        }
        // DS21295D, 1.0: VREF is 0.25 V at least, and VDD, 5.5 V, at most.
        if (!(referenceVolts >= 0.25 && referenceVolts <= 5.5)) {
            throw new IllegalArgumentException("reference must be 0.25 to 5.5 V, but was " + referenceVolts);
        }
    }

    @Override
    public String type() {
        return "mcp3008";
    }

    @Override
    public List<Quantity> quantities() {
        return Scale.quantities(Quantity.VOLTAGE, scale);
    }

    @Override
    public String where() {
        return Place.spi(bus, chipSelect);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Mcp3008(board.spi(bus, chipSelect, Mcp3008.BAUD, Mcp3008.MODE), this);
    }
}
