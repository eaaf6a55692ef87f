package io.pinstream.event;

import java.util.Optional;

/// The name of a device: 1 to 64 of `A-Z a-z 0-9 . _ -`, not starting with a dot.
///
/// Safe as MQTT topic level, Kafka key, file name and URL path segment, so it is never escaped anywhere.
public record DeviceId(String value) implements Comparable<DeviceId> {
    public static final int LONGEST = 64;

    public DeviceId {
        var problem = problemWith(value);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
    }

    /// What is wrong with a text as a device id; empty if it is one. For text from outside, where a wrong id is
    /// no bug.
    public static Optional<String> problemWith(String text) {
        return Names.problemWith("device id", text, LONGEST);
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
