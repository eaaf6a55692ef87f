package io.pinstream.config;

import io.pinstream.config.YamlNode.Entry;
import io.pinstream.config.YamlNode.Mapping;
import io.pinstream.config.YamlNode.Place;
import io.pinstream.config.YamlNode.Scalar;
import io.pinstream.config.YamlNode.Sequence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A typed view of one mapping of a YAML file that collects every problem with its line, and never throws at the
/// first.
///
/// An accessor that finds something wrong notes it and returns a stand-in; [#build] then gives no record, so a
/// stand-in never gets further. Each accessor makes its key known: [#finish] finds the keys that nobody asked for.
///
/// ```java
/// var tree = ConfigTree.read(Path.of("hub.yaml"));
/// var mqtt = tree.section("mqtt");
/// var config = mqtt.build(() -> new Ingest.Config(
///         mqtt.text("url", "tcp://127.0.0.1:1883"), mqtt.duration("keep-alive", Duration.ofSeconds(30))));
/// List<Problem> problems = tree.finish();
/// ```
///
/// Values may hold `${NAME}`, `${NAME:default}` and `${file:/path}`. For one thread.
public final class ConfigTree {
    /// The largest file that is read: 1 MiB.
    public static final int LARGEST_FILE = ConfigFile.LARGEST;

    private static final String MASK = "***";

    private final Findings findings;
    private final Optional<ConfigTree> parent;
    private final String path;
    private final Place place;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final SequencedMap<String, ConfigTree> children = new LinkedHashMap<>();
    private final Set<Place> misread = new LinkedHashSet<>();
    private String kind;
    private boolean failed;

    private ConfigTree(Findings findings, Optional<ConfigTree> parent, String path, Place place, List<Entry> entries) {
        this.findings = findings;
        this.parent = parent;
        this.path = path;
        this.place = place;
        this.kind = path.isEmpty() ? "this file" : path;
        entries.forEach(entry -> this.entries.put(entry.key(), entry));
        findings.add(this);
    }

    /// The tree of a text.
    ///
    /// @param fileName stands in every problem
    public static ConfigTree parse(String fileName, String yaml) {
        return parse(fileName, yaml, System::getenv);
    }

    /// The tree of a text with an environment of its own.
    ///
    /// @param environment a variable's value by its name, null if it is not set
    public static ConfigTree parse(String fileName, String yaml, UnaryOperator<@Nullable String> environment) {
        return parse(fileName, yaml, new Placeholders(environment, Path.of("")));
    }

    /// The tree of a file. One that cannot be read gives a tree whose only problem says so. Relative paths in
    /// `${file:…}` are relative to it.
    public static ConfigTree read(Path file) {
        return of(ConfigFile.load(file), List.of());
    }

    /// The tree of a file and of the files `*.yaml` in a folder, laid over it in the order of their names: sections
    /// are joined key by key, and of a value or a list the last one counts. Every problem names the file that it is
    /// in. A folder that is not there is as good as an empty one.
    public static ConfigTree read(Path file, Path folder) {
        return of(ConfigFile.load(file), DropIns.load(folder));
    }

    static ConfigTree parse(String fileName, String yaml, Placeholders placeholders) {
        return of(ConfigFile.parse(fileName, yaml, placeholders), List.of());
    }

    private static ConfigTree of(ConfigFile first, List<ConfigFile> more) {
        var problems = new ArrayList<>(first.problems());
        var placeholders = new HashMap<>(Map.of(first.name(), first.placeholders()));
        var root = first.root();
        boolean broken = first.broken();
        for (var file : more) {
            problems.addAll(file.problems());
            placeholders.put(file.name(), file.placeholders());
            root = DropIns.over(root, file.root());
            broken |= file.broken();
        }
        var findings = new Findings(placeholders, problems, broken);
        return new ConfigTree(findings, Optional.empty(), "", Place.startOf(first.name()), root.entries());
    }

    // Values. One that must be there has no default.

    public String text(String key) {
        return required(key, "", Reading::text);
    }

    public String text(String key, String standard) {
        return standard(key, standard, value -> value, Reading::text);
    }

    public Optional<String> optionalText(String key) {
        return optional(key, Reading::text);
    }

    /// A text that is masked wherever it would be shown.
    public Optional<Secret> secret(String key) {
        return find(key, Secret::new, true).or(() -> absent(key));
    }

    /// A whole number, `118` or `0x76`.
    public int integer(String key, int min, int max) {
        return required(key, min, Reading.integer(min, max));
    }

    public int integer(String key, int standard, int min, int max) {
        return standard(key, standard, String::valueOf, Reading.integer(min, max));
    }

    public OptionalInt optionalInteger(String key, int min, int max) {
        return optional(key, Reading.integer(min, max)).map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /// A whole number that may not fit an `int`.
    public long number(String key, long standard, long min, long max) {
        return standard(key, standard, String::valueOf, Reading.whole(min, max));
    }

    public double decimal(String key, double min, double max) {
        return required(key, min, Reading.decimal(min, max));
    }

    public double decimal(String key, double standard, double min, double max) {
        return standard(key, standard, String::valueOf, Reading.decimal(min, max));
    }

    public OptionalDouble optionalDecimal(String key, double min, double max) {
        return optional(key, Reading.decimal(min, max)).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    /// `true` or `false`. The other words of old YAML (`yes`, `on`) are refused, because they mean a text to every
    /// other reader of YAML 1.2.
    public boolean flag(String key, boolean standard) {
        return standard(key, standard, String::valueOf, Reading::flag);
    }

    /// A duration such as `200ms`, `1s`, `5m`, `1h` or `7d`.
    public Duration duration(String key) {
        return required(key, Duration.ZERO, Reading::duration);
    }

    public Duration duration(String key, Duration standard) {
        return standard(key, standard, Amounts::print, Reading::duration);
    }

    public Optional<Duration> optionalDuration(String key) {
        return optional(key, Reading::duration);
    }

    /// A number of bytes such as `4096`, `512k` or `64MiB`. `k`, `M` and `G` are powers of two, as with `-Xmx`.
    public long bytes(String key, long standard) {
        return standard(key, standard, Amounts::print, Reading::bytes);
    }

    /// One constant of an enum, written in small letters with `-` for `_`.
    public <E extends Enum<E>> E choice(String key, Class<E> type, E standard) {
        var byName = new LinkedHashMap<String, E>();
        for (var constant : type.getEnumConstants()) {
            byName.put(written(constant), constant);
        }
        return standard(key, standard, ConfigTree::written, Reading.oneOf(byName));
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// One of some words; missing is a problem, too. Empty if there is a problem.
    public Optional<String> oneOf(String key, Collection<String> allowed) {
        var byName = new LinkedHashMap<String, String>();
        allowed.forEach(word -> byName.put(word, word));
        var chosen = required(key, "", Reading.oneOf(byName));
        return chosen.isEmpty() ? Optional.empty() : Optional.of(chosen);
    }

    /// A value of a type of its own; an IllegalArgumentException from `parse` becomes a problem.
    public <T> T parsed(String key, T standard, Function<String, T> parse) {
        return standard(key, standard, String::valueOf, parse::apply);
    }

    /// A value of a type of its own, if it is there; an IllegalArgumentException from `parse` becomes a problem.
    public <T> Optional<T> optionalParsed(String key, Function<String, T> parse) {
        return optional(key, parse::apply);
    }

    /// A list of texts, or one text for a list of one; empty if it is missing.
    public List<String> texts(String key) {
        return texts(key, List.of());
    }

    public List<String> texts(String key, List<String> standard) {
        return parsedTexts(key, standard, Function.identity());
    }

    /// A list of texts that each mean a value of a type of its own; an IllegalArgumentException from `parse`
    /// becomes a problem at the line of that text, and the others are still looked at.
    public <T> List<T> parsedTexts(String key, List<T> standard, Function<String, T> parse) {
        known.add(key);
        var entry = entries.get(key);
        if (entry == null) {
            findings.standard(pathOf(key), standard.toString());
            return standard;
        }
        if (!(entry.value() instanceof Sequence(Place at, List<YamlNode> items))) {
            return find(key, parse::apply, false).map(List::of).orElse(standard);
        }
        var texts = new ArrayList<String>();
        var values = new ArrayList<T>();
        for (var item : items) {
            var path = pathOf(key) + "[" + texts.size() + "]";
            scalar(path, item).ifPresent(filled -> {
                texts.add(filled.text());
                try {
                    values.add(parse.apply(filled.text()));
                } catch (IllegalArgumentException wrong) {
                    problem(item.place(), path, ": " + wrong.getMessage());
                }
            });
        }
        findings.given(pathOf(key), texts.toString(), at);
        return List.copyOf(values);
    }

    // Sections.

    /// The section of that key, the same one each time; one that is missing is empty, and its required keys are
    /// then missing.
    public ConfigTree section(String key) {
        known.add(key);
        return children.computeIfAbsent(key, _ -> child(key));
    }

    /// A mapping of named sections, in the order of the file; empty if it is missing.
    public SequencedMap<String, ConfigTree> sections(String key) {
        var named = section(key);
        var sections = new LinkedHashMap<String, ConfigTree>();
        for (var name : named.entries.keySet()) {
            sections.put(name, named.section(name));
        }
        return Collections.unmodifiableSequencedMap(sections);
    }

    private ConfigTree child(String key) {
        var childPath = pathOf(key);
        var entry = entries.get(key);
        if (entry == null) {
            return new ConfigTree(findings, Optional.of(this), childPath, place, List.of());
        }
        var content = switch (entry.value()) {
            case Mapping mapping -> mapping.entries();
            case Scalar scalar when scalar.isNull() -> List.<Entry>of();
            case YamlNode other -> {
                problem(other.place(), childPath, " must be a section of keys and values, but is " + other.what());
                yield List.<Entry>of();
            }
        };
        return new ConfigTree(findings, Optional.of(this), childPath, entry.place(), content);
    }

    // What a reader can say about this section.

    /// Whether the key stands in the file. Makes it known.
    public boolean has(String key) {
        known.add(key);
        return entries.containsKey(key);
    }

    /// The keys that stand in the file, in its order. Makes none of them known.
    public List<String> keys() {
        return List.copyOf(entries.keySet());
    }

    /// The keys down to this section, joined by dots; empty for the root.
    public String path() {
        return path;
    }

    /// Says what this section is, for the message about a key that it does not have: `a bme280`.
    public ConfigTree kind(String what) {
        this.kind = what;
        return this;
    }

    /// Makes every key known: for a section of an unknown type, whose keys nobody can judge.
    public void ignoreRest() {
        known.addAll(entries.keySet());
    }

    /// A key that earlier versions had: if it is there, the problem says what became of it.
    ///
    /// @param remedy a clause such as `use max-bytes`
    public void removed(String key, String remedy) {
        var entry = entries.get(key);
        if (entry != null) {
            known.add(key);
            problem(entry.place(), pathOf(key), " is gone: " + remedy);
        }
    }

    /// Notes a problem that only the reader can see, at a key or, if that is missing, at the section.
    ///
    /// @param message a whole sentence without the path
    public void problem(String key, String message) {
        var entry = entries.get(key);
        problem(entry == null ? place : entry.place(), pathOf(key), ": " + message);
    }

    /// What `make` makes; an IllegalArgumentException becomes a problem of this section. Empty if anything in this
    /// section or below it is a problem.
    public <T> Optional<T> build(Supplier<T> make) {
        try {
            var made = make.get();
            return failed ? Optional.empty() : Optional.of(made);
        } catch (IllegalArgumentException wrong) {
            // With an earlier problem it may be a stand-in that did not fit; not if it names a key whose own value
            // was read well.
            var message = String.valueOf(wrong.getMessage());
            var at = placeOf(message);
            if (!failed || !at.equals(place) && !misread.contains(at)) {
                problem(at, path, (path.isEmpty() ? "" : ": ") + message);
            }
            return Optional.empty();
        }
    }

    /// A record's messages begin with the name of its component: `maxBytes must be …` is about the key
    /// `max-bytes`.
    private Place placeOf(String message) {
        int end = message.indexOf(' ');
        var component = end < 0 ? message : message.substring(0, end);
        var key = component.replaceAll("(\\p{Lower})(\\p{Upper})", "$1-$2").toLowerCase(Locale.ROOT);
        var entry = entries.get(key);
        return entry == null ? place : entry.place();
    }

    /// Every problem of the file, by line: what the accessors found, and the keys that nobody asked for.
    public List<Problem> finish() {
        for (var section : findings.sections()) {
            section.findUnknown();
        }
        return findings.problems();
    }

    private void findUnknown() {
        for (var entry : entries.values()) {
            if (!known.contains(entry.key())) {
                var remedy = Nearest.to(entry.key(), known)
                        .map(near -> "did you mean \"%s\"?".formatted(near))
                        .orElse(known.isEmpty() ? "it has none" : "it has " + String.join(", ", known));
                problem(entry.place(), pathOf(entry.key()), " is not a key of %s; %s".formatted(kind, remedy));
            }
        }
    }

    /// What each key that was asked for came to: `path = value (default)` or `path = value (file:line)`, with
    /// secrets masked.
    public List<String> effective() {
        return List.copyOf(findings.effective().values());
    }

    /// The path of every value that was asked for anywhere in the file.
    public Set<String> asked() {
        return Set.copyOf(findings.effective().keySet());
    }

    // How a value is found.

    private <T> T required(String key, T standIn, Reading<T> reading) {
        return find(key, reading, false).orElseGet(() -> {
            if (!entries.containsKey(key)) {
                problem(place, pathOf(key), " is missing");
            }
            return standIn;
        });
    }

    private <T> T standard(String key, T standard, Function<T, String> print, Reading<T> reading) {
        return find(key, reading, false).orElseGet(() -> {
            if (!entries.containsKey(key)) {
                findings.standard(pathOf(key), print.apply(standard));
            }
            return standard;
        });
    }

    private <T> Optional<T> optional(String key, Reading<T> reading) {
        return find(key, reading, false).or(() -> absent(key));
    }

    private <T> Optional<T> absent(String key) {
        if (!entries.containsKey(key)) {
            findings.absent(pathOf(key));
        }
        return Optional.empty();
    }

    /// The key's value; empty if it is missing, or if it does not fit, which is then noted.
    private <T> Optional<T> find(String key, Reading<T> reading, boolean secret) {
        known.add(key);
        var entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        var keyPath = pathOf(key);
        var filled = scalar(keyPath, entry.value());
        if (filled.isEmpty()) {
            return Optional.empty();
        }
        var text = filled.get().text();
        boolean masked = secret || filled.get().fromFile();
        var at = entry.value().place();
        try {
            var value = reading.read(text);
            findings.given(keyPath, masked ? MASK : text, at);
            return Optional.of(value);
        } catch (Reading.Unfit unfit) {
            problem(at, keyPath, " %s, but is \"%s\"".formatted(unfit.getMessage(), masked ? MASK : shown(text)));
        } catch (IllegalArgumentException wrong) {
            problem(at, keyPath, masked ? " is not valid" : ": " + wrong.getMessage());
        }
        return Optional.empty();
    }

    private Optional<Placeholders.Filled> scalar(String keyPath, YamlNode node) {
        if (!(node instanceof Scalar scalar)) {
            problem(node.place(), keyPath, " must be one value, but is " + node.what());
            return Optional.empty();
        }
        if (scalar.isNull()) {
            problem(node.place(), keyPath, " has no value; give it one, or leave the key out");
            return Optional.empty();
        }
        try {
            return Optional.of(findings.filled(scalar));
        } catch (Placeholders.Unfilled unfilled) {
            problem(node.place(), keyPath, " " + unfilled.getMessage());
            return Optional.empty();
        }
    }

    private void problem(Place at, String where, String message) {
        findings.problem(at, where, where + message);
        misread.add(at);
        for (var section = Optional.of(this); section.isPresent(); section = section.get().parent) {
            section.get().failed = true;
        }
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(String text) {
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
