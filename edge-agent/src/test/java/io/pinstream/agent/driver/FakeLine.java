package io.pinstream.agent.driver;

import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.LineEdge;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A line that a test moves by hand.
final class FakeLine implements InputLine {
    boolean high;
    boolean gone;
    boolean closed;
    int listeners;
    /// What happens in the midst of the look at the line.
    Runnable whileLooking = () -> {};

    private @Nullable Consumer<LineEdge> listener;

    @Override
    public boolean isHigh() throws IOException {
        if (gone) {
            throw new IOException("No such device");
        }
        boolean seen = high;
        whileLooking.run();
        return seen;
    }

    @Override
    public void listen(Consumer<LineEdge> newListener) {
        listeners++;
        listener = newListener;
    }

    void edge(boolean to, long nanos, long sequence) {
        high = to;
        if (listener != null) {
            listener.accept(new LineEdge(to, nanos, sequence));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
