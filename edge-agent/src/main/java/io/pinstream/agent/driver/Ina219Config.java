package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Texas Instruments INA219: voltage, current and power of a supply, by the voltage across a shunt.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x40 to 0x4F, as its A0 and A1 pins say
/// @param shuntOhms the shunt's resistance; 0.1 Ω on the common boards
/// @param mostAmperes the largest current that is expected, to either side: the chip's range is chosen by it
public record Ina219Config(int bus, int address, double shuntOhms, double mostAmperes) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x40;
    public static final double SHUNT_OHMS = 0.1;
    public static final double MOST_AMPERES = 3.2;

    public Ina219Config {
        Place.bus(bus);
        Place.address(address, 0x40, 0x4F);
        if (!(shuntOhms > 0 && shuntOhms <= 1000)) {
            throw new IllegalArgumentException("shunt must be above 0 and at most 1000 ohms, but was " + shuntOhms);
        }
        double largest = Ina219.WIDEST_VOLTS / shuntOhms;
        // A thousandth more: 3.2 A through 0.1 Ω is not quite 0.32 V in binary.
        if (!(mostAmperes > 0 && mostAmperes <= largest * 1.001)) {
            throw new IllegalArgumentException(
                    "max-current must be above 0 and at most %s A with a shunt of %s ohms (0.32 V), but was %s"
                            .formatted(Math.round(largest * 1e6) / 1e6, shuntOhms, mostAmperes));
        }
    }

    @Override
    public String type() {
        return "ina219";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.VOLTAGE, Quantity.CURRENT, Quantity.POWER);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Ina219(board.i2c(bus, address), this);
    }
}
