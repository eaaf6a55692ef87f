package io.pinstream.agent.driver;

import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import java.util.List;

/// A line with two states: a contact, a switch, a float. Each edge is one event; the line itself is debounced.
final class Contact implements Driver.EdgeDriven {
    private final HeardLine line;
    private final boolean activeLow;

    Contact(HeardLine line, boolean activeLow) {
        this.line = line;
        this.activeLow = activeLow;
    }

    @Override
    public void listen(EdgeListener listener) throws ReadFailed {
        line.listen(new HeardLine.Ear() {
            @Override
            public void start(boolean high, long nanos) {
                listener.edge(state(high), nanos, false);
            }

            @Override
            public void edge(LineEdge edge, boolean missed) {
                listener.edge(state(edge.high()), edge.monotonicNanos(), missed);
            }
        });
    }

    @Override
    public void check() throws ReadFailed {
        boolean ignored = line.isHigh();
    }

    private List<Measurement> state(boolean level) {
        return List.of(Measurement.of(Quantity.ACTIVE, level != activeLow));
    }

    @Override
    public void close() {
        line.close();
    }
}
