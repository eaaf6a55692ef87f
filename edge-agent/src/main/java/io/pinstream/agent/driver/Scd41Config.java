package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Sensirion SCD41 (and SCD40): carbon dioxide, temperature, humidity. It has one address, 0x62.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param altitudeMetres how high above the sea it is: the figure for carbon dioxide depends on the air's pressure
/// @param temperatureOffset how much warmer than the air it is where it is built in, in °C
/// @param selfCalibration whether it takes the least carbon dioxide of a week for fresh air; wrong where there
///     never is any, as in a greenhouse that is fed with it
public record Scd41Config(int bus, int altitudeMetres, double temperatureOffset, boolean selfCalibration)
        implements DriverConfig {
    public static final int BUS = 1;
    public static final int ALTITUDE_METRES = 0;
    public static final double TEMPERATURE_OFFSET = 4; // data sheet, 3.7.1: as it leaves the factory
    public static final boolean SELF_CALIBRATION = true; // data sheet, 3.8.2: as it leaves the factory
    static final int ADDRESS = 0x62;

    public Scd41Config {
        Place.bus(bus);
        if (altitudeMetres < 0 || altitudeMetres > 3000) {
            throw new IllegalArgumentException("altitude must be 0 to 3000 m, but was " + altitudeMetres);
        }
        if (!(temperatureOffset >= 0 && temperatureOffset <= 20)) {
            throw new IllegalArgumentException("temperature-offset must be 0 to 20 Cel, but was " + temperatureOffset);
        }
    }

    @Override
    public String type() {
        return "scd41";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.CO2, Quantity.TEMPERATURE, Quantity.HUMIDITY);
    }

    @Override
    public String where() {
        return Place.i2c(bus, ADDRESS);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Scd41(board.i2c(bus, ADDRESS), this);
    }
}
