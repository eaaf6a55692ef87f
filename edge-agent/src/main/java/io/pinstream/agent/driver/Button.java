package io.pinstream.agent.driver;

import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A push button: pressed, released, and whether that was short or long.
///
/// ```
/// pressed                     active = true
/// held for `long-press`       active = true,  press = "long"     told when it is reached, not at the release
/// released before that        active = false, press = "short", held
/// released after that         active = false, held
/// ```
/// The edges' own time stamps, the kernel's where it gives them, decide how long a press was; this machine's clock
/// only decides when to look whether a button that was pressed still is. How long a press was is not said where
/// edges of it were missed, nor of one that had begun before the start.
///
/// Edges arrive on a thread of the board's, [#check] is called by one other.
final class Button implements Driver.EdgeDriven {
    static final Quantity PRESS = new Quantity("press", Unit.NONE);
    static final Quantity HELD = new Quantity("held", new Unit("s"));

    private final HeardLine line;
    private final boolean activeLow;
    private final long longNanos;
    private final TimeSource time;
    private @Nullable EdgeListener listener; // guarded by this, as the rest
    private boolean timed; // pressed, and it is known since when
    private boolean longTold;
    private long since;

    Button(HeardLine line, boolean activeLow, Duration longPress, TimeSource time) {
        this.line = line;
        this.activeLow = activeLow;
        this.longNanos = longPress.toNanos();
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
                heard(told, edge, missed);
            }
        });
    }

    private synchronized void begin(EdgeListener told, boolean pressed, long nanos) {
        listener = told;
        timed = false;
        told.edge(List.of(active(pressed)), nanos, false);
    }

    private synchronized void heard(EdgeListener told, LineEdge edge, boolean missed) {
        long nanos = edge.monotonicNanos();
        if (edge.high() != activeLow) {
            timed = true;
            longTold = false;
            since = nanos;
            told.edge(List.of(active(true)), nanos, missed);
        } else if (timed && !missed) {
            timed = false;
            released(told, nanos);
        } else {
            timed = false;
            told.edge(List.of(active(false)), nanos, missed);
        }
    }

    private void released(EdgeListener told, long nanos) {
        var held = Measurement.of(HELD, Math.max(0, nanos - since) / 1e9);
        if (nanos - since >= longNanos) {
            tellLong(told);
            told.edge(List.of(active(false), held), nanos, false);
        } else {
            told.edge(List.of(active(false), Measurement.of(PRESS, "short"), held), nanos, false);
        }
    }

    private void tellLong(EdgeListener told) {
        if (!longTold) {
            longTold = true;
            told.edge(List.of(active(true), Measurement.of(PRESS, "long")), since + longNanos, false);
        }
    }

    /// Looks whether a press has become long. The line is asked, because an edge that ended it may be on its way.
    @Override
    public void check() throws ReadFailed {
        boolean pressed = line.isHigh() != activeLow;
        synchronized (this) {
            var told = listener;
            if (told != null && pressed && timed && time.nanos() - since >= longNanos) {
                tellLong(told);
            }
        }
    }

    @Override
    public synchronized Duration checkWithin(Duration usual) {
        if (!timed || longTold) {
            return usual;
        }
        var left = Duration.ofNanos(Math.max(0, since + longNanos - time.nanos()));
        return left.compareTo(usual) < 0 ? left : usual;
    }

    private static Measurement active(boolean pressed) {
        return Measurement.of(Quantity.ACTIVE, pressed);
    }

    @Override
    public void close() {
        line.close();
    }
}
