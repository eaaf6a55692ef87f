package io.pinstream.config;

import io.pinstream.config.YamlNode.Entry;
import io.pinstream.config.YamlNode.Mapping;
import io.pinstream.config.YamlNode.Place;
import io.pinstream.config.YamlNode.Scalar;
import io.pinstream.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// The only door to the YAML library: turns its events into nodes with places.
///
/// It works on events and not on the library's own tree, so that nesting and aliases are bounded before memory is
/// taken, and a duplicate key is a problem beside the others and not the end of reading.
final class YamlReader {
    static final int DEEPEST = 16;
    static final int MOST_ALIASES = 100;

    /// Ends reading: what is behind it cannot be understood.
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Place place;

        Broken(Place place, String message) {
            super(message);
            this.place = place;
        }
    }

    private final String file;
    private final List<Problem> problems;
    private final Map<String, YamlNode> anchors = new HashMap<>();
    private int aliases;

    private YamlReader(String file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /// Reads one document whose root is a mapping; an empty file is an empty mapping. What is wrong goes to
    /// `problems`; empty if the file could not be understood to its end.
    static Optional<Mapping> read(String file, String yaml, List<Problem> problems) {
        var reader = new YamlReader(file, problems);
        try {
            var settings = LoadSettings.builder()
                    .setLabel(file)
                    .setCodePointLimit(ConfigTree.LARGEST_FILE)
                    .build();
            return Optional.of(
                    reader.document(new Parse(settings).parseString(yaml).iterator()));
        } catch (Broken broken) {
            reader.problem(broken.place, "", String.valueOf(broken.getMessage()));
        } catch (MarkedYamlEngineException bad) {
            var mark = bad.getProblemMark().or(bad::getContextMark);
            reader.problem(reader.place(mark), "", "this is not YAML: " + sentence(bad));
        } catch (YamlEngineException bad) {
            // Such as a character that YAML does not allow: the library knows no line for it.
            problems.add(Problem.ofFile(file, "this is not YAML: " + firstLine(String.valueOf(bad.getMessage()))));
        }
        return Optional.empty();
    }

    private Mapping document(Iterator<Event> events) {
        var root = new Mapping(Place.startOf(file), List.of());
        boolean seen = false;
        while (events.hasNext()) {
            var event = events.next();
            if (!(event instanceof NodeEvent)) {
                continue;
            }
            if (seen) {
                throw new Broken(
                        place(event.getStartMark()), "a second document begins here, but the file may hold one");
            }
            seen = true;
            switch (node(event, events, "", 0)) {
                case Mapping mapping -> root = mapping;
                case Scalar scalar when scalar.isNull() -> {}
                case YamlNode other ->
                    throw new Broken(other.place(), "the file must hold keys and values, but holds " + other.what());
            }
        }
        return root;
    }

    private YamlNode node(Event event, Iterator<Event> events, String path, int depth) {
        var place = place(event.getStartMark());
        if (event instanceof AliasEvent alias) {
            return aliased(place, alias.getAlias().getValue());
        }
        if (depth > DEEPEST) {
            throw new Broken(place, "sections may be nested %d deep, but this is deeper".formatted(DEEPEST));
        }
        var node = switch (event.getEventId()) {
            case Scalar -> scalar(place, (ScalarEvent) event, path);
            case SequenceStart -> {
                refuseTag(place, ((CollectionStartEvent) event).getTag(), path);
                yield sequence(place, events, path, depth);
            }
            case MappingStart -> {
                refuseTag(place, ((CollectionStartEvent) event).getTag(), path);
                yield mapping(place, events, path, depth);
            }
            default ->
                throw new IllegalStateException(
                        "the YAML parser gave %s where a value begins: this is a bug in the reader".formatted(event));
        };
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), node));
        return node;
    }

    private YamlNode aliased(Place place, String name) {
        if (++aliases > MOST_ALIASES) {
            throw new Broken(place, "the file may use %d aliases, but uses more".formatted(MOST_ALIASES));
        }
        var node = anchors.get(name);
        if (node == null) {
            throw new Broken(place, "the alias *%s has no anchor &%s that ends before it".formatted(name, name));
        }
        return node;
    }

    private Scalar scalar(Place place, ScalarEvent event, String path) {
        refuseTag(place, event.getTag(), path);
        return new Scalar(place, event.getValue(), event.isPlain());
    }

    private Sequence sequence(Place place, Iterator<Event> events, String path, int depth) {
        var items = new ArrayList<YamlNode>();
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            items.add(node(event, events, "%s[%d]".formatted(path, items.size()), depth + 1));
        }
        return new Sequence(place, List.copyOf(items));
    }

    private Mapping mapping(Place place, Iterator<Event> events, String path, int depth) {
        var entries = new ArrayList<Entry>();
        var lines = new HashMap<String, Integer>();
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            var key = node(event, events, path, depth + 1);
            // A place of its own for an alias, too: where the key stands, not where its anchor does.
            var keyPlace = place(event.getStartMark());
            if (!(key instanceof Scalar scalar)) {
                throw new Broken(keyPlace, "a key must be one value, but is " + key.what());
            }
            var name = scalar.text();
            var keyPath = path.isEmpty() ? name : path + "." + name;
            var value = node(events.next(), events, keyPath, depth + 1);
            var first = lines.putIfAbsent(name, keyPlace.line());
            if (first == null) {
                entries.add(new Entry(keyPlace, name, value));
            } else {
                problem(keyPlace, keyPath, "%s stands here again; line %d has it already".formatted(keyPath, first));
            }
        }
        return new Mapping(place, List.copyOf(entries));
    }

    private void refuseTag(Place place, Optional<String> tag, String path) {
        tag.ifPresent(name -> problem(
                place,
                path,
                "%s has the YAML tag %s, but tags are not used here"
                        .formatted(path.isEmpty() ? "the file" : path, name)));
    }

    private void problem(Place place, String path, String message) {
        problems.add(new Problem(file, place.line(), place.column(), path, message));
    }

    private Place place(Optional<Mark> mark) {
        return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
                .orElse(Place.startOf(file));
    }

    private static String sentence(MarkedYamlEngineException bad) {
        var problem = String.valueOf(bad.getProblem());
        return firstLine(bad.getContext() == null ? problem : "%s, %s".formatted(bad.getContext(), problem));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
