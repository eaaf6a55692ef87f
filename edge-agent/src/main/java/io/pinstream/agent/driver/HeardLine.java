package io.pinstream.agent.driver;

import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A line that is heard from a known level on: first the level at the start, then every edge behind it, in order.
///
/// Edges arrive on a thread of the board's and are handed on by it; the level at the start by the thread that
/// calls [#listen]; if that fails it may be called again. The ear is told one thing at a time.
final class HeardLine implements AutoCloseable {
    /// What a driver makes of it.
    interface Ear {
        /// The level at the start; edges behind it follow.
        void start(boolean high, long nanos);

        /// @param missed whether edges between this one and the one before were missed
        void edge(LineEdge edge, boolean missed);
    }

    /// Edges that are kept while the level at the start is looked up: the newest ones.
    private static final int MOST_EARLY = 64;

    private final InputLine line;
    private final String where;
    private final TimeSource time;
    private final Deque<LineEdge> early = new ArrayDeque<>();
    private final EdgeGaps gaps = new EdgeGaps();
    private @Nullable Ear ear;
    private boolean registered;
    private boolean startIsLast;
    private boolean startHigh;
    private long startNanos;

    /// @param where the line's place for messages, such as `line 17`
    /// @param time the clock that stamps the level at the start; the same as the line's edges
    HeardLine(InputLine line, String where, TimeSource time) {
        this.line = line;
        this.where = where;
        this.time = time;
    }

    void listen(Ear first) throws ReadFailed {
        // Listen first and look then: an edge in between waits in `early`, so none is lost and none comes first.
        if (!registered) {
            registered = true;
            line.listen(this::heard);
        }
        boolean level = isHigh();
        begin(first, level, time.nanos());
    }

    /// The level now.
    ///
    /// @throws ReadFailed if the line is gone, which tells nobody who listens
    boolean isHigh() throws ReadFailed {
        try {
            return line.isHigh();
        } catch (IOException failed) {
            throw gone(where, failed);
        }
    }

    static ReadFailed gone(String where, IOException failed) {
        return new ReadFailed(
                Flaw.NO_ANSWER,
                "%s cannot be read (%s): does this board have it, and is it free?"
                        .formatted(where, failed.getMessage()),
                failed);
    }

    private synchronized void begin(Ear first, boolean level, long looked) {
        var edge = early.peek();
        startIsLast = edge == null;
        // The look may or may not have seen an early edge; what was before that edge is certain.
        startHigh = edge == null ? level : !edge.high();
        startNanos = edge == null ? looked : Math.min(looked, edge.monotonicNanos());
        gaps.startAt(startHigh);
        ear = first;
        first.start(startHigh, startNanos);
        early.forEach(this::heard);
        early.clear();
    }

    private synchronized void heard(LineEdge edge) {
        var told = ear;
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
            told.edge(edge, missed);
        }
    }

    @Override
    public void close() {
        line.close();
    }
}
