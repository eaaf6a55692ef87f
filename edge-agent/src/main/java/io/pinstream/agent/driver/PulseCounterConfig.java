package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A pulse counter: the rising edges of a line, over all restarts of the agent.
///
/// @param line the GPIO line (BCM number)
/// @param debounce how long a level must last to count; zero for none
/// @param scale what a pulse stands for
public record PulseCounterConfig(int line, Pull pull, Duration debounce, Optional<Scale> scale)
        implements DriverConfig {
    public static final Duration DEBOUNCE = Duration.ofMillis(1);

    public PulseCounterConfig {
        Place.line(line);
        Place.debounce(debounce);
    }

    @Override
    public String type() {
        return "pulse-counter";
    }

    @Override
    public List<Quantity> quantities() {
        return Scale.quantities(Quantity.COUNT, scale);
    }

    @Override
    public String where() {
        return "line " + line;
    }

    @Override
    public Driver open(Board board) throws IOException {
        return open(board, CountKeeper.NONE);
    }

    @Override
    public Driver open(Board board, CountKeeper keeper) throws IOException {
        return new PulseCounter(board.input(line, pull, debounce), scale, keeper, where()).start();
    }
}
