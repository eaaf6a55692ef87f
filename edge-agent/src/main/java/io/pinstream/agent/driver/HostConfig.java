package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.nio.file.Path;
import java.util.List;

/// The machine itself: temperature, load, memory, disk, network.
///
/// @param disk a path on the file system whose room is told
public record HostConfig(Path disk) implements DriverConfig {
    public static final Path DISK = Path.of("/");

    @Override
    public String type() {
        return "host";
    }

    @Override
    public List<Quantity> quantities() {
        return Host.QUANTITIES;
    }

    @Override
    public String where() {
        return "this machine";
    }

    @Override
    public Driver open(Board board) {
        return new Host(board.files(), disk);
    }
}
