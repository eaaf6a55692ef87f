package io.pinstream.agent.board;

import java.io.IOException;

/// One chip at one chip select of an SPI bus.
public interface SpiDevice extends AutoCloseable {
    /// Shifts bytes out and the same number of bytes in, with the chip selected all the while.
    byte[] transfer(byte... out) throws IOException;

    /// Waits for the chip, by the board's clock: what it is told to do takes its time.
    void pause(long millis) throws InterruptedException;

    @Override
    void close();
}
