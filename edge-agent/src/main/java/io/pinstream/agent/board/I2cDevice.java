package io.pinstream.agent.board;

import java.io.IOException;

/// One chip at one address of an I²C bus. Two threads on one bus never interleave; a call returns within the
/// kernel's own time limit for a transfer. Errors name bus and address.
public interface I2cDevice extends AutoCloseable {
    /// Writes bytes in one transfer.
    void write(byte... bytes) throws IOException;

    /// Reads bytes in one transfer.
    byte[] read(int length) throws IOException;

    /// Writes, then reads behind a repeated start, so that nobody gets between.
    byte[] writeRead(byte[] bytes, int length) throws IOException;

    /// Reads registers of a chip that counts its register pointer up.
    default byte[] registers(int first, int length) throws IOException {
        return writeRead(new byte[] {(byte) first}, length);
    }

    /// Writes one register.
    default void register(int register, int value) throws IOException {
        write((byte) register, (byte) value);
    }

    /// Waits for the chip, by the board's clock: what it is told to do takes its time.
    void pause(long millis) throws InterruptedException;

    @Override
    void close();
}
