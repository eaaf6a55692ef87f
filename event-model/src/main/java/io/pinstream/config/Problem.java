package io.pinstream.config;

import java.util.Comparator;

/// One thing that is wrong in a configuration file, said so that its writer can mend it.
///
/// @param file the file's name as the user gave it
/// @param line from 1; 0 where the problem is the file as a whole
/// @param column from 1; 0 where the problem is the file as a whole
/// @param path the keys down to it, joined by dots; empty for the root
/// @param message the whole sentence: what, its value, what is allowed
public record Problem(String file, int line, int column, String path, String message) implements Comparable<Problem> {
    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparing(Problem::file).thenComparingInt(Problem::line).thenComparingInt(Problem::column);

    /// A problem with the file as a whole.
    static Problem ofFile(String file, String message) {
        return new Problem(file, 0, 0, "", message);
    }

    @Override
    public int compareTo(Problem other) {
        return BY_PLACE.thenComparing(Problem::path)
                .thenComparing(Problem::message)
                .compare(this, other);
    }

    /// `agent.yaml:14:5 sensors.attic.adress is not a key of a bme280; did you mean "address"?`
    @Override
    public String toString() {
        return line == 0 ? file + ": " + message : "%s:%d:%d %s".formatted(file, line, column, message);
    }
}
