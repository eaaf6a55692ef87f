package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.util.List;
import java.util.stream.Stream;

/// A PMS5003 particle counter on a serial port.
///
/// @param port such as `/dev/serial0`
public record Pms5003Config(String port) implements DriverConfig {
    private static final int BAUD = 9600; // "Communication protocol"

    public Pms5003Config {
        Place.port(port);
    }

    @Override
    public String type() {
        return "pms5003";
    }

    @Override
    public List<Quantity> quantities() {
        return Stream.concat(Pms5003.MASSES.stream(), Pms5003.COUNTS.stream()).toList();
    }

    @Override
    public String where() {
        return port;
    }

    @Override
    public Driver open(Board board) {
        var link = new SerialLink(() -> board.serialPort(port, BAUD), board.time());
        return new Pms5003(link, Pms5003.PATIENCE, port);
    }
}
