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
/// `count` is the total since the agent started; it begins at 0 with each start, and a reader of the events takes
/// a fall as a new start. Edges that were missed are not guessed: the reading after them says `edges-missed`.
/// Edges arrive on a thread of the board's, readings are taken by one other.
final class PulseCounter implements Driver.Polled {
    private final InputLine line;
    private final Optional<Scale> scale;
    private final String where;
    private final EdgeGaps gaps = new EdgeGaps();
    private long pulses;
    private boolean missed;

    /// @param where the line's place for messages, such as `line 17`
    PulseCounter(InputLine line, Optional<Scale> scale, String where) {
        this.line = line;
        this.scale = scale;
        this.where = where;
    }

    /// Begins to count.
    PulseCounter start() {
        line.listen(this::heard);
        return this;
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
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "%s cannot be read (%s): does this board have it, and is it free?"
                            .formatted(where, failed.getMessage()),
                    failed);
        }
        synchronized (this) {
            var quality = missed ? Quality.of(Flaw.EDGES_MISSED) : Quality.GOOD;
            missed = false;
            return new Reading(Scale.count(pulses, scale), quality);
        }
    }

    @Override
    public void close() {
        line.close();
    }
}
