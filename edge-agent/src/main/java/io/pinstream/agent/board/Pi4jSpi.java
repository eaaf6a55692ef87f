package io.pinstream.agent.board;

import com.pi4j.io.spi.Spi;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;

/// An SPI chip reached through Pi4J. The kernel keeps transfers of a bus apart; closing waits for a running one.
final class Pi4jSpi implements SpiDevice {
    private final String place;
    private final Spi device;
    private final TimeSource time;
    private final Runnable release;
    private boolean closed;

    Pi4jSpi(String place, Spi device, TimeSource time, Runnable release) {
        this.place = place;
        this.device = device;
        this.time = time;
        this.release = release;
    }

    @Override
    public synchronized byte[] transfer(byte... out) throws IOException {
        if (closed) {
            throw new IOException(place + " is closed");
        }
        var in = new byte[out.length];
        try {
            // What it returns says nothing: Pi4J's linuxfs provider answers 0 for a transfer that worked.
            int ignored = device.transfer(out, 0, in, 0, out.length);
        } catch (RuntimeException failed) {
            throw Failures.at(place, failed);
        }
        return in;
    }

    @Override
    public void pause(long millis) throws InterruptedException {
        time.sleep(Duration.ofMillis(millis));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
