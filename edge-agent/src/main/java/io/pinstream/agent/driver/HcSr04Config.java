package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// An HC-SR04 ultrasonic ranging module.
///
/// @param trigger and `echo`: the GPIO lines (BCM numbers); the echo has 5 V and needs a divider
/// @param celsius of the air that it measures in: 10 °C more are 1.7 % farther
public record HcSr04Config(int trigger, int echo, double celsius) implements DriverConfig {
    public static final double CELSIUS = 20;

    private static final double COLDEST = -55;
    private static final double WARMEST = 85;

    public HcSr04Config {
        Place.lines("trigger", trigger, "echo", echo);
        if (!(celsius >= COLDEST && celsius <= WARMEST)) {
            throw new IllegalArgumentException(
                    "air-temperature must be %.0f to %.0f °C, but was %s".formatted(COLDEST, WARMEST, celsius));
        }
    }

    @Override
    public String type() {
        return "hc-sr04";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.DISTANCE);
    }

    @Override
    public String where() {
        return "trigger %d and echo %d".formatted(trigger, echo);
    }

    @Override
    public Driver open(Board board) throws IOException {
        var pulse = board.output(trigger, false);
        boolean done = false;
        try {
            var answer = board.input(echo, Pull.DOWN, Duration.ZERO);
            done = true;
            return new HcSr04(pulse, answer, celsius, where(), board.time()).start();
        } finally {
            if (!done) {
                pulse.close();
            }
        }
    }
}
