package io.pinstream.agent.driver;

import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An incremental encoder with two lines in quadrature, such as a knob with detents (EC11, KY-040): position and
/// direction, one event a detent.
///
/// ```
/// clockwise, A leads:   A B   1 1 → 0 1 → 0 0 → 1 0 → 1 1     one detent of four edges
/// ```
/// The position is in detents since the start, positive where A leads. A line that bounces steps forth and back
/// and comes to nothing; a detent counts when all of its edges were seen.
///
/// Two lines are two queues in the kernel, so edges of the one may be handed over before older ones of the other:
/// the newest are kept by their time stamps, and an edge that comes late is put where it belongs. Edges that were
/// missed are not guessed: the next event says `edges-missed`.
///
/// Edges arrive on a thread of the board's.
final class RotaryEncoder implements Driver.EdgeDriven {
    static final Quantity POSITION = new Quantity("position", new Unit("count"));
    static final Quantity DIRECTION = new Quantity("direction", Unit.NONE);

    private static final int LATE = 16; // edges back that one may come late

    private final HeardLine a;
    private final HeardLine b;
    private final int edgesPerDetent;

    private final List<Step> recent = new ArrayList<>(); // guarded by this, as the rest; by time
    private @Nullable EdgeListener listener;
    private Levels before = new Levels(false, false); // where the recent edges begin
    private long stepsBefore;
    private long detents;
    private boolean aStarted;
    private boolean bStarted;

    private record Step(boolean ofA, boolean high, long nanos) {}

    /// The lines' levels: a position in a Gray code of four.
    private record Levels(boolean a, boolean b) {
        Levels after(Step step) {
            return step.ofA ? new Levels(step.high, b) : new Levels(a, step.high);
        }

        int phase() {
            return a ? b ? 2 : 1 : b ? 3 : 0;
        }

        /// -1, 0 or 1: an edge moves one line.
        int stepsTo(Levels next) {
            int turn = Math.floorMod(next.phase() - phase(), 4);
            return turn == 3 ? -1 : turn;
        }
    }

    RotaryEncoder(HeardLine a, HeardLine b, int edgesPerDetent) {
        this.a = a;
        this.b = b;
        this.edgesPerDetent = edgesPerDetent;
    }

    @Override
    public void listen(EdgeListener told) throws ReadFailed {
        synchronized (this) {
            listener = told;
        }
        a.listen(ear(true));
        b.listen(ear(false));
    }

    private HeardLine.Ear ear(boolean ofA) {
        return new HeardLine.Ear() {
            @Override
            public void start(boolean high, long nanos) {
                started(new Step(ofA, high, nanos));
            }

            @Override
            public void edge(LineEdge edge, boolean missed) {
                heard(new Step(ofA, edge.high(), edge.monotonicNanos()), missed);
            }
        };
    }

    private synchronized void started(Step level) {
        before = before.after(level);
        aStarted |= level.ofA;
        bStarted |= !level.ofA;
        if (aStarted && bStarted) {
            tell(List.of(Measurement.of(POSITION, (double) detents)), level.nanos, false);
        }
    }

    private synchronized void heard(Step step, boolean missed) {
        if (!aStarted || !bStarted) {
            before = before.after(step); // it turns before we know where it began
            return;
        }
        int place = recent.size();
        while (place > 0 && recent.get(place - 1).nanos > step.nanos) {
            place--;
        }
        recent.add(place, step);
        if (recent.size() > LATE) {
            var settled = before.after(recent.getFirst());
            stepsBefore += before.stepsTo(settled);
            before = settled;
            recent.removeFirst();
        }
        turned(steps(), step.nanos, missed);
    }

    private long steps() {
        long steps = stepsBefore;
        var levels = before;
        for (var step : recent) {
            var next = levels.after(step);
            steps += levels.stepsTo(next);
            levels = next;
        }
        return steps;
    }

    private void turned(long steps, long nanos, boolean missed) {
        long moved = (steps - detents * edgesPerDetent) / edgesPerDetent;
        detents += moved;
        var position = Measurement.of(POSITION, (double) detents);
        if (moved != 0) {
            var direction = Measurement.of(DIRECTION, moved > 0 ? "clockwise" : "counterclockwise");
            tell(List.of(position, direction), nanos, missed);
        } else if (missed) {
            tell(List.of(position), nanos, true);
        }
    }

    private void tell(List<Measurement> measurements, long nanos, boolean missed) {
        var told = listener;
        if (told != null) {
            told.edge(measurements, nanos, missed);
        }
    }

    @Override
    public void check() throws ReadFailed {
        for (var line : List.of(a, b)) {
            boolean ignored = line.isHigh();
        }
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
