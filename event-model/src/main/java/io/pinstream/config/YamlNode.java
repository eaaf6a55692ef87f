package io.pinstream.config;

import java.util.List;

/// A piece of a YAML file and where it begins.
sealed interface YamlNode {
    Place place();

    /// @param file its name as the user gave it
    /// @param line from 1
    /// @param column from 1
    record Place(String file, int line, int column) {
        static Place startOf(String file) {
            return new Place(file, 1, 1);
        }
    }

    /// @param plain whether it was written without quotes, so that `null` and nothing at all mean: no value
    record Scalar(Place place, String text, boolean plain) implements YamlNode {
        boolean isNull() {
            return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
        }
    }

    record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

    /// Its entries in the order of the file; every key once.
    record Mapping(Place place, List<Entry> entries) implements YamlNode {}

    /// @param place of the key
    record Entry(Place place, String key, YamlNode value) {}

    /// What it is, for a message.
    default String what() {
        return switch (this) {
            case Scalar scalar -> scalar.isNull() ? "nothing" : "one value";
            case Sequence _ -> "a list";
            case Mapping _ -> "a section";
        };
    }
}
