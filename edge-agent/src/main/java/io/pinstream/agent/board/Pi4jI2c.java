package io.pinstream.agent.board;

import com.pi4j.io.i2c.I2C;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/// An I²C chip reached through Pi4J. One lock a bus, because Pi4J's own gives up after a second.
final class Pi4jI2c implements I2cDevice {
    private final String place;
    private final I2C device;
    private final ReentrantLock bus;
    private final TimeSource time;
    private final Runnable release;
    private boolean closed; // guarded by bus

    Pi4jI2c(String place, I2C device, ReentrantLock bus, TimeSource time, Runnable release) {
        this.place = place;
        this.device = device;
        this.bus = bus;
        this.time = time;
        this.release = release;
    }

    @Override
    public void write(byte... bytes) throws IOException {
        transfer(() -> device.write(bytes, 0, bytes.length));
    }

    @Override
    public byte[] read(int length) throws IOException {
        var bytes = new byte[length];
        complete(transfer(() -> device.read(bytes, 0, length)), length);
        return bytes;
    }

    @Override
    public byte[] writeRead(byte[] bytes, int length) throws IOException {
        var answer = new byte[length];
        complete(transfer(() -> device.readRegister(bytes, answer, 0, length)), length);
        return answer;
    }

    @Override
    public void pause(long millis) throws InterruptedException {
        time.sleep(Duration.ofMillis(millis));
    }

    private int transfer(IntSupplier exchange) throws IOException {
        time.lock(bus);
        try {
            if (closed) {
                throw new IOException(place + " is closed");
            }
            return exchange.getAsInt();
        } catch (RuntimeException failed) {
            throw Failures.onBus(place, failed);
        } finally {
            bus.unlock();
        }
    }

    /// The bytes that did not come would look like zeros.
    private void complete(int count, int length) throws IOException {
        if (count != length) {
            throw new IOException("%s: only %d of %d bytes came".formatted(place, count, length));
        }
    }

    @Override
    public void close() {
        time.lock(bus);
        try {
            if (!closed) {
                closed = true;
                release.run();
            }
        } finally {
            bus.unlock();
        }
    }
}
