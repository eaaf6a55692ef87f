package io.pinstream.agent.control;

import io.pinstream.agent.control.LocalRule.Comparison;
import io.pinstream.agent.control.LocalRule.Condition;
import io.pinstream.config.Amounts;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads a [LocalRule] from its words:
///
/// ```
/// when CONDITION [for DURATION] [until END] then ACTUATOR STATE [else STATE] [until END]
/// CONDITION: [SENSOR.]QUANTITY (>|>=|<|<=|is) FIGURE    END: CONDITION, or without its sensor: < 28
/// STATE: on, off, 40%                                   DURATION: 10s, 10 s, 5m
/// ```
///
/// A figure is a number, `true` or `false`. A quantity may stand alone where only one sensor gives it. Whether the
/// sensors and the actuator exist is not looked at here.
public final class Sentence {
    private static final String FORM = "when SENSOR.QUANTITY > NUMBER [for DURATION] then ACTUATOR on"
            + " [else off] [until SENSOR.QUANTITY < NUMBER]";
    private static final Set<String> UNITS = Set.of("ms", "s", "m", "h", "d", "%");
    private static final int LONGEST = 200;
    private static final int WHOLE = 100; // per cent
    private static final Pattern PERCENT = Pattern.compile("\\d{1,3}%");
    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,15}(\\.\\d{1,15})?");

    private final String text;
    private final Map<String, List<SensorId>> givers;
    private final Deque<String> words;
    private final int count;

    private Sentence(String text, Map<String, List<SensorId>> givers) {
        this.text = text;
        this.givers = givers;
        this.words = new ArrayDeque<>(Arrays.asList(text.strip().split("\\s+")));
        this.count = words.size();
    }

    /// The rule, where every quantity stands with its sensor.
    ///
    /// @throws IllegalArgumentException naming the word, what may stand there, and the form of a sentence
    public static LocalRule read(String text) {
        return read(text, Map.of());
    }

    /// The rule.
    ///
    /// @param givers which sensors give a quantity, so that it may stand alone if it is one
    /// @throws IllegalArgumentException naming the word, what may stand there, and the form of a sentence
    public static LocalRule read(String text, Map<String, List<SensorId>> givers) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a rule must have at most %d characters, but has %d".formatted(LONGEST, text.length()));
        }
        return new Sentence(text, givers).rule();
    }

    private LocalRule rule() {
        expect("when");
        var when = condition();
        var lasting = Duration.ZERO;
        var until = Optional.<Condition>empty();
        var open = new ArrayList<>(List.of("for", "until"));
        for (var word = clause(open); word.isPresent(); word = clause(open)) {
            if (word.get().equals("for")) {
                lasting = duration();
            } else {
                until = Optional.of(end(when));
            }
        }
        expect("then", open);
        var actuator = sensor(word("an actuator"));
        int then = percent();
        var otherwise = Optional.<Integer>empty();
        open.remove("for");
        open.addFirst("else");
        for (var word = clause(open); word.isPresent(); word = clause(open)) {
            if (word.get().equals("else")) {
                otherwise = Optional.of(percent());
            } else {
                until = Optional.of(end(when));
            }
        }
        if (!words.isEmpty()) {
            open.add("nothing more");
            throw unexpected(words.remove(), String.join(" or ", open));
        }
        return new LocalRule(text.strip(), when, lasting, actuator, then, otherwise, until);
    }

    /// Takes the keyword that comes next, if it is one of those that may, each once.
    private Optional<String> clause(List<String> open) {
        var next = words.peek();
        return next != null && open.remove(next) ? Optional.of(words.remove()) : Optional.empty();
    }

    private Condition condition() {
        var subject = word("SENSOR.QUANTITY");
        int dot = subject.lastIndexOf('.');
        var quantity = subject.substring(dot + 1);
        var problem = Quantity.problemWith(quantity);
        if (dot == 0 || problem.isPresent()) {
            throw unexpected(
                    subject,
                    "SENSOR.QUANTITY, such as air.temperature,"
                            + problem.map(said -> " (" + said + ")").orElse(""));
        }
        var sensor = dot < 0 ? onlyGiver(quantity) : sensor(subject.substring(0, dot));
        return new Condition(sensor, quantity, comparison(), figure());
    }

    private SensorId onlyGiver(String quantity) {
        var giving = givers.getOrDefault(quantity, List.of());
        if (giving.size() == 1) {
            return giving.getFirst();
        }
        throw unexpected(
                quantity,
                giving.isEmpty()
                        ? "SENSOR.QUANTITY, such as air.temperature,"
                        : "one of "
                                + giving.stream()
                                        .map(sensor -> sensor + "." + quantity)
                                        .collect(Collectors.joining(", ")));
    }

    /// The condition of an end, of the same quantity if it does not say of which.
    private Condition end(Condition when) {
        var next = words.peek();
        boolean isShort = next != null
                && Arrays.stream(Comparison.values())
                        .anyMatch(comparison -> comparison.sign().equals(next));
        return isShort ? new Condition(when.sensor(), when.quantity(), comparison(), figure()) : condition();
    }

    private Comparison comparison() {
        var sign = word("a comparison");
        return Arrays.stream(Comparison.values())
                .filter(comparison -> comparison.sign().equals(sign))
                .findFirst()
                .orElseThrow(() -> unexpected(
                        sign,
                        "one of "
                                + Arrays.stream(Comparison.values())
                                        .map(Comparison::sign)
                                        .collect(Collectors.joining(" "))));
    }

    private double figure() {
        var figure = word("a number");
        if (figure.equals("true") || figure.equals("false")) {
            return figure.equals("true") ? 1 : 0;
        }
        if (!NUMBER.matcher(figure).matches()) {
            throw unexpected(figure, "a number such as 30 or -0.5, true or false");
        }
        return Double.parseDouble(figure);
    }

    private Duration duration() {
        var duration = measure("a duration");
        return Amounts.duration(duration).orElseThrow(() -> unexpected(duration, Amounts.DURATION_FORM));
    }

    private int percent() {
        var state = measure("on, off or a percentage");
        if (PERCENT.matcher(state).matches() && Integer.parseInt(state, 0, state.length() - 1, 10) <= WHOLE) {
            return Integer.parseInt(state, 0, state.length() - 1, 10);
        }
        return switch (state) {
            case "on" -> WHOLE;
            case "off" -> 0;
            default -> throw unexpected(state, "on, off, or 0% to 100%");
        };
    }

    /// A word, or a number and the unit that stands apart from it.
    private String measure(String what) {
        var word = word(what);
        var next = words.peek();
        return NUMBER.matcher(word).matches() && next != null && UNITS.contains(next) ? word + words.remove() : word;
    }

    private SensorId sensor(String name) {
        return SensorId.problemWith(name).isEmpty() ? new SensorId(name) : invalid(name);
    }

    private SensorId invalid(String name) {
        throw unexpected(name, "a name as it stands in the configuration");
    }

    private void expect(String keyword) {
        expect(keyword, List.of());
    }

    /// @param other what could stand there as well
    private void expect(String keyword, List<String> other) {
        var word = word(keyword);
        if (!word.equals(keyword)) {
            throw unexpected(
                    word,
                    String.join(
                            " or ",
                            Stream.concat(other.stream(), Stream.of(keyword)).toList()));
        }
    }

    private String word(String what) {
        var word = words.poll();
        if (word == null || word.isEmpty()) {
            throw new IllegalArgumentException(
                    "the rule ends where %s must stand; its form is: %s".formatted(what, FORM));
        }
        return word;
    }

    private IllegalArgumentException unexpected(String word, String allowed) {
        return new IllegalArgumentException("\"%s\" stands where %s must stand (word %d); the form of a rule is: %s"
                .formatted(word, allowed, count - words.size(), FORM));
    }
}
