package io.pinstream.agent.board;

import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalState;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// An input line reached through Pi4J. Edges are heard on the provider's thread.
final class Pi4jInput implements InputLine {
    private final String place;
    private final DigitalInput line;
    private final TimeSource time;
    private final Runnable release;
    private final AtomicBoolean heard = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    Pi4jInput(String place, DigitalInput line, TimeSource time, Runnable release) {
        this.place = place;
        this.line = line;
        this.time = time;
        this.release = release;
    }

    @Override
    public boolean isHigh() throws IOException {
        if (closed.get()) {
            throw new IOException(place + " is closed");
        }
        DigitalState state;
        try {
            state = line.state();
        } catch (RuntimeException failed) {
            throw Failures.at(place, failed);
        }
        return switch (state) {
            case HIGH -> true;
            case LOW -> false;
            case UNKNOWN -> throw new IOException(place + ": its state is not known");
        };
    }

    @Override
    public void listen(Consumer<LineEdge> listener) {
        if (!heard.compareAndSet(false, true)) {
            throw new IllegalStateException(place + " has a listener already; this is a bug in the agent");
        }
        line.addListener(event -> {
            Object edge = event; // Pi4J's listener has the raw type
            if (closed.get()) {
                return;
            }
            if (edge instanceof StampedEdge stamped) {
                listener.accept(new LineEdge(stamped.state().isHigh(), stamped.monotonicNanos(), stamped.sequence()));
            } else if (event.state() != DigitalState.UNKNOWN) {
                listener.accept(new LineEdge(event.state().isHigh(), time.nanos(), 0));
            }
        });
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            release.run();
        }
    }
}
