package io.pinstream.config;

import io.pinstream.config.YamlNode.Place;
import io.pinstream.config.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// What all sections of one tree share: its problems, and what each key came to.
final class Findings {
    private final Map<String, Placeholders> placeholders;
    private final boolean broken;
    private final List<Problem> problems;
    private final List<ConfigTree> sections = new ArrayList<>();
    private final SequencedMap<String, String> effective = new LinkedHashMap<>();

    /// @param placeholders by the name of the file, because relative paths in it begin at its folder
    /// @param problems what reading the files found
    /// @param broken whether a file could not be read to its end, so that a missing key means nothing
    Findings(Map<String, Placeholders> placeholders, List<Problem> problems, boolean broken) {
        this.placeholders = Map.copyOf(placeholders);
        this.problems = problems;
        this.broken = broken;
    }

    /// The value that stands there, filled.
    Placeholders.Filled filled(Scalar scalar) throws Placeholders.Unfilled {
        return Objects.requireNonNull(placeholders.get(scalar.place().file())).fill(scalar.text());
    }

    void add(ConfigTree section) {
        sections.add(section);
    }

    List<ConfigTree> sections() {
        return List.copyOf(sections);
    }

    void problem(Place place, String path, String message) {
        var problem = new Problem(place.file(), place.line(), place.column(), path, message);
        // A key may be asked for twice.
        if (!broken && !problems.contains(problem)) {
            problems.add(problem);
        }
    }

    List<Problem> problems() {
        return problems.stream().sorted().toList();
    }

    void given(String path, String value, Place place) {
        effective.putIfAbsent(path, "%s = %s (%s:%d)".formatted(path, value, place.file(), place.line()));
    }

    void standard(String path, String value) {
        effective.putIfAbsent(path, "%s = %s (default)".formatted(path, value));
    }

    void absent(String path) {
        effective.putIfAbsent(path, path + " is not set");
    }

    SequencedMap<String, String> effective() {
        return effective;
    }
}
