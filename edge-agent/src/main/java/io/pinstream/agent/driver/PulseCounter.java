package io.pinstream.agent.driver;

import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.LineEdge;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import java.io.IOException;
import java.util.Optional;

/// Counts the rising edges of a line by interrupt: a water meter, an S0 electricity meter, an anemometer, a rain
/// gauge.
///
/// `count` is the total since the sensor was first read, over all restarts of the agent: a count is on the disk
/// before it is told, so that it never falls. What it cannot know is what nobody counted: pulses while the agent
/// was down, and those between the last reading and a power cut. The first reading that continues a kept count
/// therefore says `edges-missed`, as one does behind edges that were missed. None are guessed.
///
/// Edges arrive on a thread of the board's, readings are taken by one other.
final class PulseCounter implements Driver.Polled {
    private final InputLine line;
    private final Optional<Scale> scale;
    private final CountKeeper keeper; // of the thread that reads
    private final String where;
    private final EdgeGaps gaps = new EdgeGaps();
    private long pulses; // guarded by this, as the rest
    private boolean missed;

    /// @param where the line's place for messages, such as `line 17`
    PulseCounter(InputLine line, Optional<Scale> scale, CountKeeper keeper, String where) {
        this.line = line;
        this.scale = scale;
        this.keeper = keeper;
        this.where = where;
    }

    /// Begins to count, where the count was left.
    PulseCounter start() {
        keeper.recall().ifPresent(this::goOnFrom);
        line.listen(this::heard);
        return this;
    }

    private synchronized void goOnFrom(long kept) {
        pulses = kept;
        missed = true;
    }

    private synchronized void heard(LineEdge edge) {
        missed |= gaps.missedBefore(edge);
        if (edge.high()) {
            pulses++;
        }
    }

    @Override
    public Reading read() throws ReadFailed {
        try {
            // A GPIO chip that goes away says nothing to those who listen; only a look at the line finds out.
            boolean ignored = line.isHigh();
        } catch (IOException failed) {
            throw HeardLine.gone(where, failed);
        }
        long count;
        Quality quality;
        synchronized (this) {
            count = pulses;
            quality = missed ? Quality.of(Flaw.EDGES_MISSED) : Quality.GOOD;
            missed = false;
        }
        keeper.keep(count); // not under our lock: edges must not wait for a disk
        return new Reading(Scale.count(count, scale), quality);
    }

    private synchronized long pulses() {
        return pulses;
    }

    @Override
    public void close() {
        line.close();
        keeper.keep(pulses());
        keeper.close();
    }
}
