package io.pinstream.agent.board;

import java.io.IOException;
import java.nio.file.Path;

/// Where a board's serial ports come from. Pi4J 4 knows none, so a plugin of its may offer them beside its
/// providers: by implementing this.
@FunctionalInterface
public interface SerialPorts {
    /// For boards that have none.
    SerialPorts NONE = (_, _) -> {
        throw new IOException("the board's provider offers no serial ports: choose another board.provider");
    };

    /// Opens a port for one user.
    ///
    /// @param device such as `/dev/serial0`, below the board's root
    /// @param baud bits a second
    SerialPort open(Path device, int baud) throws IOException;
}
