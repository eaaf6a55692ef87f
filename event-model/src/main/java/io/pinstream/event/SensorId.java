package io.pinstream.event;

import java.util.Optional;

/// The name of a sensor on its device: 1 to 64 of `A-Z a-z 0-9 . _ -`, not starting with a dot.
public record SensorId(String value) implements Comparable<SensorId> {
    public static final int LONGEST = 64;

    public SensorId {
        var problem = problemWith(value);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
    }

    /// What is wrong with a text as a sensor id; empty if it is one.
    public static Optional<String> problemWith(String text) {
        return Names.problemWith("sensor id", text, LONGEST);
    }

    @Override
    public int compareTo(SensorId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
