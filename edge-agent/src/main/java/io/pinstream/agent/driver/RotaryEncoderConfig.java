package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A rotary encoder. One that can be pushed as well is a button beside it.
///
/// @param lineA and `lineB`: the GPIO lines (BCM numbers); exchanged, it turns the other way round
/// @param debounce how long a level must last to count. The kernel's debouncing is as coarse as its tick, and may
///     turn the order of edges around; bounces come to nothing without it
/// @param edges of both lines together, from one detent to the next: 4, 2 or 1
public record RotaryEncoderConfig(int lineA, int lineB, Pull pull, Duration debounce, int edges)
        implements DriverConfig {
    public static final Duration DEBOUNCE = Duration.ZERO;
    public static final int EDGES = 4;

    private static final List<Integer> ALL_EDGES = List.of(1, 2, 4);

    public RotaryEncoderConfig {
        Place.lines("line-a", lineA, "line-b", lineB);
        Place.debounce(debounce);
        if (!ALL_EDGES.contains(edges)) {
            throw new IllegalArgumentException("edges must be one of %s, but was %d".formatted(ALL_EDGES, edges));
        }
    }

    @Override
    public String type() {
        return "rotary-encoder";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(RotaryEncoder.POSITION, RotaryEncoder.DIRECTION);
    }

    @Override
    public String where() {
        return "lines %d and %d".formatted(lineA, lineB);
    }

    @Override
    public boolean isEdgeDriven() {
        return true;
    }

    @Override
    public Driver open(Board board) throws IOException {
        var a = board.input(lineA, pull, debounce);
        boolean done = false;
        try {
            var b = board.input(lineB, pull, debounce);
            done = true;
            var time = board.time();
            return new RotaryEncoder(
                    new HeardLine(a, "line " + lineA, time), new HeardLine(b, "line " + lineB, time), edges);
        } finally {
            if (!done) {
                a.close();
            }
        }
    }
}
