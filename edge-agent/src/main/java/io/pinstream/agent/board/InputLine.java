package io.pinstream.agent.board;

import java.io.IOException;
import java.util.function.Consumer;

/// One GPIO line that is read.
public interface InputLine extends AutoCloseable {
    /// The level now.
    boolean isHigh() throws IOException;

    /// Hears every debounced edge from now on, in order, on a thread of the board's. At most one listener.
    void listen(Consumer<LineEdge> listener);

    @Override
    void close();
}
