package io.pinstream.sim.signal;

import java.time.Duration;

/// Checks what a signal is made of.
final class Figures {
    private Figures() {}

    static void check(String name, double figure) {
        if (!Double.isFinite(figure)) {
            throw new IllegalArgumentException("%s must be a number, but was %s".formatted(name, figure));
        }
    }

    static void positive(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException("%s must be at least 1 ms, but was %s".formatted(name, duration));
        }
    }
}
