package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A passive infrared motion detector.
///
/// @param line the GPIO line (BCM number)
/// @param activeLow whether the low level is motion; the usual modules are active high
/// @param debounce how long a level must last to count; zero for none
/// @param hold how long motion lasts on after the detector sees none
public record PirConfig(int line, Pull pull, boolean activeLow, Duration debounce, Duration hold)
        implements DriverConfig {
    public static final Duration DEBOUNCE = Duration.ofMillis(10);
    public static final Duration HOLD = Duration.ofSeconds(5);

    private static final Duration LONGEST_HOLD = Duration.ofHours(1);

    public PirConfig {
        Place.line(line);
        Place.debounce(debounce);
        Place.within("hold", hold, Duration.ZERO, LONGEST_HOLD);
    }

    @Override
    public String type() {
        return "pir";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Pir.MOTION);
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
        return new Pir(new HeardLine(board.input(line, pull, debounce), where(), time), activeLow, hold, time);
    }
}
