package io.pinstream.agent.board;

import java.io.IOException;
import java.time.Duration;

/// What a driver needs of a board.
public interface Board extends AutoCloseable {
    I2cDevice i2c(int bus, int address) throws IOException;

    SpiDevice spi(int bus, int chipSelect, int baud, int mode) throws IOException;

    InputLine input(int line, Pull pull, Duration debounce) throws IOException;

    KernelFiles files();

    @Override
    void close();
}
