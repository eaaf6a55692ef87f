package io.pinstream.agent.board;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// A serial port that gives its place free when it is closed.
final class HeldSerialPort implements SerialPort {
    private final SerialPort port;
    private final Runnable release;
    private final AtomicBoolean closed = new AtomicBoolean();

    HeldSerialPort(SerialPort port, Runnable release) {
        this.port = port;
        this.release = release;
    }

    @Override
    public int read(byte[] buffer, Duration atMost) throws IOException, InterruptedException {
        return port.read(buffer, atMost);
    }

    @Override
    public void write(byte... bytes) throws IOException {
        port.write(bytes);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            port.close();
            release.run();
        }
    }
}
