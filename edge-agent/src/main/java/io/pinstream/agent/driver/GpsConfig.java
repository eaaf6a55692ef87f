package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.util.List;

/// A GPS receiver that speaks NMEA 0183 on a serial port.
///
/// @param port such as `/dev/serial0`
/// @param baud bits a second: 4800 by the standard, 9600 with most receivers
public record GpsConfig(String port, int baud) implements DriverConfig {
    public static final int BAUD = 9600;

    public GpsConfig {
        Place.port(port);
        Place.baud(baud);
    }

    @Override
    public String type() {
        return "gps";
    }

    @Override
    public List<Quantity> quantities() {
        return Gps.QUANTITIES;
    }

    @Override
    public String where() {
        return port;
    }

    @Override
    public Driver open(Board board) {
        var link = new SerialLink(() -> board.serialPort(port, baud), board.time());
        return new Gps(link, Gps.PATIENCE, port);
    }
}
