package io.pinstream.agent.driver;

import io.pinstream.agent.board.SerialPort;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A chip's serial port that is opened when it is needed, and anew after a failure: an adapter on USB may be
/// pulled out and plugged in again. Belongs to the thread that reads it.
final class SerialLink implements AutoCloseable {
    /// Opens the port.
    @FunctionalInterface
    interface Opening {
        SerialPort open() throws IOException;
    }

    /// Most that the kernel keeps, and something on top for what comes meanwhile.
    private static final int MOST_OLD = 16_384;

    private final Opening opening;
    private final TimeSource time;
    private final byte[] buffer = new byte[512];
    private @Nullable SerialPort port;
    private int next;
    private int filled;
    private long deadline;

    SerialLink(Opening opening, TimeSource time) {
        this.opening = opening;
        this.time = time;
    }

    /// Begins a reading: what came before is old and is thrown away. Every wait from now on ends in time.
    void begin(Duration atMost) throws ReadFailed, InterruptedException {
        next = 0;
        filled = 0;
        deadline = time.nanos() + atMost.toNanos();
        int thrown = 0;
        for (int count = fill(Duration.ZERO); count > 0 && thrown < MOST_OLD; count = fill(Duration.ZERO)) {
            thrown += count;
        }
        next = 0;
        filled = 0;
    }

    /// The next byte, 0 to 255; -1 where none comes in time.
    int next() throws ReadFailed, InterruptedException {
        while (next == filled) {
            long left = deadline - time.nanos();
            if (left <= 0) {
                return -1;
            }
            filled = fill(Duration.ofNanos(left));
            next = 0;
        }
        return buffer[next++] & 0xff;
    }

    private int fill(Duration atMost) throws ReadFailed, InterruptedException {
        try {
            var open = port == null ? opening.open() : port;
            port = open;
            return open.read(buffer, atMost);
        } catch (IOException failed) {
            close();
            throw new ReadFailed(Flaw.NO_ANSWER, String.valueOf(failed.getMessage()), failed);
        }
    }

    @Override
    public void close() {
        if (port != null) {
            port.close();
            port = null;
        }
    }
}
