package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A contact, a switch, a float: whether it is active, by interrupt.
///
/// @param line the GPIO line (BCM number)
/// @param activeLow whether the low level is active, as with a contact to ground and a pull-up
/// @param debounce how long a level must last to count; zero for none
public record ContactConfig(int line, Pull pull, boolean activeLow, Duration debounce) implements DriverConfig {
    public static final Duration DEBOUNCE = Duration.ofMillis(5);

    public ContactConfig {
        Place.line(line);
        Place.debounce(debounce);
    }

    @Override
    public String type() {
        return "contact";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.ACTIVE);
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
        var input = board.input(line, pull, debounce);
        return new Contact(new HeardLine(input, where(), board.time()), activeLow);
    }
}
