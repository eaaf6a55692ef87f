package io.pinstream.agent.board;

import java.io.IOException;
import java.time.Duration;

/// One serial port that is open: 8 data bits, no parity, one stop bit, no flow control, bytes as they come. For
/// one thread, except [#close].
public interface SerialPort extends AutoCloseable {
    /// Reads what has come, waiting for the first byte at most so long.
    ///
    /// @return how many bytes were read; 0 if none came in time
    /// @throws IOException if the port is gone or closed
    int read(byte[] buffer, Duration atMost) throws IOException, InterruptedException;

    /// Sends all of it.
    void write(byte... bytes) throws IOException;

    @Override
    void close();
}
