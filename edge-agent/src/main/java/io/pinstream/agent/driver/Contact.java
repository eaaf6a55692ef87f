package io.pinstream.agent.driver;

import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line with two states: a contact, a button, a PIR. Each edge is one event; the line itself is debounced.
///
/// Edges arrive on a thread of the board's and are handed on by it; the state at the start by the thread that
/// calls [#listen]; if that fails it may be called again.
final class Contact implements Driver.EdgeDriven {
    /// Edges that are kept while the state at the start is looked up: the newest ones.
    private static final int MOST_EARLY = 64;

    private final InputLine line;
    private final boolean activeLow;
    private final String where;
    private final TimeSource time;
    private final Deque<LineEdge> early = new ArrayDeque<>();
    private final EdgeGaps gaps = new EdgeGaps();
    private @Nullable EdgeListener listener;
    private boolean registered;
    private boolean startIsLast;
    private boolean startHigh;
    private long startNanos;

    /// @param where the line's place for messages, such as `line 17`
    /// @param time the clock that stamps the state at the start; the same as the line's edges
    Contact(InputLine line, boolean activeLow, String where, TimeSource time) {
        this.line = line;
        this.activeLow = activeLow;
        this.where = where;
        this.time = time;
    }

    @Override
    public void listen(EdgeListener first) throws ReadFailed {
        // Listen first and look then: an edge in between waits in `early`, so none is lost and none comes first.
        if (!registered) {
            registered = true;
            line.listen(this::heard);
        }
        boolean level = look();
        begin(first, level, time.nanos());
    }

    @Override
    public void check() throws ReadFailed {
        look();
    }

    private boolean look() throws ReadFailed {
        try {
            return line.isHigh();
        } catch (IOException failed) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "%s cannot be read (%s): does this board have it, and is it free?"
                            .formatted(where, failed.getMessage()),
                    failed);
        }
    }

    private synchronized void begin(EdgeListener first, boolean level, long looked) {
        var edge = early.peek();
        startIsLast = edge == null;
        // The look may or may not have seen an early edge; what was before that edge is certain.
        startHigh = edge == null ? level : !edge.high();
        startNanos = edge == null ? looked : Math.min(looked, edge.monotonicNanos());
        gaps.startAt(startHigh);
        listener = first;
        first.edge(state(startHigh), startNanos, false);
        early.forEach(this::heard);
        early.clear();
    }

    private synchronized void heard(LineEdge edge) {
        var told = listener;
        if (told == null) {
            if (early.size() == MOST_EARLY) {
                early.remove();
            }
            early.add(edge);
            return;
        }
        boolean seenAtStart = startIsLast && edge.high() == startHigh && edge.monotonicNanos() <= startNanos;
        boolean missed = gaps.missedBefore(edge);
        startIsLast = false;
        if (!seenAtStart) {
            told.edge(state(edge.high()), edge.monotonicNanos(), missed);
        }
    }

    private List<Measurement> state(boolean level) {
        return List.of(Measurement.of(Quantity.ACTIVE, level != activeLow));
    }

    @Override
    public void close() {
        line.close();
    }
}
