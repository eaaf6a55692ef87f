package io.pinstream.agent.driver;

import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passive infrared motion detector such as HC-SR501: whether something warm moves.
///
/// Its output is high while it sees motion and falls in every pause. `motion` begins with the first edge and ends
/// when the line has been low for the hold time, so that one walk through a room is one pair of events. The end
/// is stamped with the edge that began the pause plus the hold time.
///
/// Edges arrive on a thread of the board's, [#check] is called by one other.
final class Pir implements Driver.EdgeDriven {
    static final Quantity MOTION = new Quantity("motion", Unit.NONE);

    private final HeardLine line;
    private final boolean activeLow;
    private final long holdNanos;
    private final TimeSource time;
    private @Nullable EdgeListener listener; // guarded by this, as the rest
    private boolean motion;
    private boolean seen; // the line's own level
    private long paused;
    private boolean missedSome;

    Pir(HeardLine line, boolean activeLow, Duration hold, TimeSource time) {
        this.line = line;
        this.activeLow = activeLow;
        this.holdNanos = hold.toNanos();
        this.time = time;
    }

    @Override
    public void listen(EdgeListener told) throws ReadFailed {
        line.listen(new HeardLine.Ear() {
            @Override
            public void start(boolean high, long nanos) {
                begin(told, high != activeLow, nanos);
            }

            @Override
            public void edge(LineEdge edge, boolean missed) {
                heard(edge.high() != activeLow, edge.monotonicNanos(), missed);
            }
        });
    }

    private synchronized void begin(EdgeListener told, boolean level, long nanos) {
        listener = told;
        seen = level;
        tell(level, nanos);
    }

    private synchronized void heard(boolean level, long nanos, boolean missed) {
        missedSome |= missed;
        endIfOver(nanos);
        seen = level;
        if (!level) {
            paused = nanos;
            endIfOver(nanos); // at once where there is no hold time
        } else if (!motion) {
            tell(true, nanos);
        }
    }

    private void endIfOver(long now) {
        if (motion && !seen && now - paused >= holdNanos) {
            tell(false, paused + holdNanos);
        }
    }

    private void tell(boolean moves, long nanos) {
        motion = moves;
        var told = listener;
        if (told != null) {
            told.edge(List.of(Measurement.of(MOTION, moves)), nanos, missedSome);
            missedSome = false;
        }
    }

    /// Ends the motion where the hold time is over. The line is asked, because an edge may be on its way.
    @Override
    public void check() throws ReadFailed {
        boolean level = line.isHigh() != activeLow;
        synchronized (this) {
            if (!level) {
                endIfOver(time.nanos());
            }
        }
    }

    @Override
    public synchronized Duration checkWithin(Duration usual) {
        if (!motion || seen) {
            return usual;
        }
        var left = Duration.ofNanos(Math.max(0, paused + holdNanos - time.nanos()));
        return left.compareTo(usual) < 0 ? left : usual;
    }

    @Override
    public void close() {
        line.close();
    }
}
