package io.pinstream.sim.scenario;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.sim.device.Hardware;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What is to happen to a board, and when.
///
/// ```yaml
/// for: 75s                                 # how long it runs; else 10 s behind the last step
/// at 5s: door opens
/// at 10s: [probe unplugged for 15s, air.temperature drifts 0.5/min]
/// at 1m: network down for 20s
/// ```
///
/// @param steps by time
/// @param length how long it runs, by the world's time
public record Scenario(List<Step> steps, Duration length) {
    /// What is taken into memory at most.
    static final int MOST_STEPS = 10_000;

    private static final Duration AFTERWARDS = Duration.ofSeconds(10);
    private static final Pattern AT = Pattern.compile("at +(\\S.*?) *");

    public Scenario {
        steps = steps.stream().sorted(Step.BY_TIME).toList();
    }

    /// What came of reading a file.
    ///
    /// @param scenario empty if there is any problem
    /// @param problems all of them, by line
    public record Read(Optional<Scenario> scenario, List<Problem> problems) {}

    /// Reads a scenario for a board with these sensors.
    ///
    /// @param networkStays why the network cannot be cut; empty if it can
    public static Read read(ConfigTree tree, List<Hardware> hardware, Optional<String> networkStays) {
        tree.kind("a scenario");
        var sentences = new Sentences(hardware, networkStays);
        var steps = new ArrayList<Step>();
        var length = tree.optionalParsed("for", Scenario::wholeLength);
        for (var key : tree.keys()) {
            if (!key.equals("for")) {
                steps(tree, key, sentences, steps);
            }
        }
        if (steps.isEmpty()
                && tree.keys().stream().noneMatch(key -> AT.matcher(key).matches())) {
            tree.problem("at", "has no step: write one such as \"at 30s: door opens\"");
        }
        if (steps.size() > MOST_STEPS) {
            tree.problem("at", "has %d steps, but may have %d at most".formatted(steps.size(), MOST_STEPS));
        }
        var last = steps.stream().map(Step::at).max(Duration::compareTo).orElse(Duration.ZERO);
        var whole = length.orElse(last.plus(AFTERWARDS));
        if (whole.compareTo(last) < 0) {
            tree.problem("for", "must not be before the last step, which is at %d s".formatted(last.toSeconds()));
        }
        var problems = tree.finish();
        return new Read(problems.isEmpty() ? Optional.of(new Scenario(steps, whole)) : Optional.empty(), problems);
    }

    /// The text of a scenario that is shipped; empty if none is called so.
    public static Optional<String> shipped(String name) throws IOException {
        if (!name.matches("[a-z0-9-]{1,64}\\.yaml")) {
            return Optional.empty();
        }
        try (var in = Scenario.class.getResourceAsStream("/scenarios/" + name)) {
            return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /// A duration as it stands in a scenario: `500ms`, `30s`, `2m`, `2min`, `1h`.
    public static Optional<Duration> duration(String text) {
        return Sentences.duration(text);
    }

    private static Duration wholeLength(String text) {
        return duration(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("must be %s, but is \"%s\"".formatted(Sentences.DURATION, text)));
    }

    private static void steps(ConfigTree tree, String key, Sentences sentences, List<Step> steps) {
        var at = AT.matcher(key);
        if (!at.matches()) {
            return; // an unknown key, which the tree finds itself
        }
        var texts = tree.texts(key);
        var when = Sentences.duration(at.group(1));
        if (when.isEmpty()) {
            tree.problem(key, "must say when as %s, such as \"at 30s\"".formatted(Sentences.DURATION));
            return;
        }
        for (var text : texts) {
            try {
                steps.addAll(sentences.steps(when.get(), text));
            } catch (IllegalArgumentException wrong) {
                tree.problem(key, String.valueOf(wrong.getMessage()));
            }
        }
    }
}
