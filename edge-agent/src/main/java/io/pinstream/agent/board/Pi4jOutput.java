package io.pinstream.agent.board;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import java.io.IOException;

/// An output line reached through Pi4J.
final class Pi4jOutput implements OutputLine {
    private final String place;
    private final DigitalOutput line;
    private final Runnable release;
    private boolean closed;

    Pi4jOutput(String place, DigitalOutput line, Runnable release) {
        this.place = place;
        this.line = line;
        this.release = release;
    }

    @Override
    public synchronized void set(boolean high) throws IOException {
        if (closed) {
            throw new IOException(place + " is closed");
        }
        try {
            line.state(high ? DigitalState.HIGH : DigitalState.LOW);
        } catch (RuntimeException failed) {
            throw Failures.at(place, failed);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            release.run();
        }
    }
}
