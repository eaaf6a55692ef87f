package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A push button.
///
/// @param line the GPIO line (BCM number)
/// @param activeLow whether the low level is pressed, as with a button to ground and a pull-up
/// @param debounce how long a level must last to count; zero for none
/// @param longPress how long a press must last to be a long one
public record ButtonConfig(int line, Pull pull, boolean activeLow, Duration debounce, Duration longPress)
        implements DriverConfig {
    public static final Duration DEBOUNCE = Duration.ofMillis(10);
    public static final Duration LONG_PRESS = Duration.ofSeconds(1);

    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public ButtonConfig {
        Place.line(line);
        Place.debounce(debounce);
        Place.within("long-press", longPress, SHORTEST, LONGEST);
    }

    @Override
    public String type() {
        return "button";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.ACTIVE, Button.PRESS, Button.HELD);
    }

    @Override
    public String where() {
        return "line " + line;
    }

    @Override
    public boolean isEdgeDriven() {
        return true;
    }

    @Override
    public Driver open(Board board) throws IOException {
        var time = board.time();
        return new Button(new HeardLine(board.input(line, pull, debounce), where(), time), activeLow, longPress, time);
    }
}
