package io.pinstream.agent.control;

import io.pinstream.agent.control.LocalRule.Comparison;
import io.pinstream.agent.control.LocalRule.Condition;
import io.pinstream.config.Amounts;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reads a [LocalRule] from its words:
///
/// ```
/// when SENSOR.QUANTITY COMPARISON FIGURE [for DURATION] then ACTUATOR (on|off|N%) [until SENSOR.QUANTITY COMPARISON
/// FIGURE]
/// ```
///
/// A comparison is `>`, `>=`, `<`, `<=` or `is`; a figure is a number, `true` or `false`. Whether the sensors and
/// the actuator exist is not looked at here.
public final class Sentence {
    private static final String FORM =
            "when SENSOR.QUANTITY > NUMBER [for DURATION] then ACTUATOR on [until SENSOR.QUANTITY < NUMBER]";
    private static final int LONGEST = 200;

    private final String text;
    private final Deque<String> words;

    private Sentence(String text) {
        this.text = text;
        this.words = new ArrayDeque<>(Arrays.asList(text.strip().split("\\s+")));
    }

    /// The rule.
    ///
    /// @throws IllegalArgumentException naming the word, what may stand there, and the form of a sentence
    public static LocalRule read(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a rule must have at most %d characters, but has %d".formatted(LONGEST, text.length()));
        }
        return new Sentence(text).rule();
    }

    private LocalRule rule() {
        expect("when");
        var when = condition();
        var lasting = take("for") ? duration() : Duration.ZERO;
        expect("then");
        var actuator = sensor(word("an actuator"));
        int percent = percent();
        var until = take("until") ? Optional.of(condition()) : Optional.<Condition>empty();
        if (!words.isEmpty()) {
            throw unexpected(words.peek(), until.isPresent() ? "nothing more" : "until, or nothing more");
        }
        return new LocalRule(text.strip(), when, lasting, actuator, percent, until);
    }

    private Condition condition() {
        var subject = word("SENSOR.QUANTITY");
        int dot = subject.lastIndexOf('.');
        if (dot < 1) {
            throw unexpected(subject, "SENSOR.QUANTITY, such as air.temperature");
        }
        var quantity = subject.substring(dot + 1);
        Quantity.problemWith(quantity).ifPresent(problem -> {
            throw unexpected(subject, "SENSOR.QUANTITY; " + problem);
        });
        return new Condition(sensor(subject.substring(0, dot)), quantity, comparison(), figure());
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
        if (!figure.matches("[-+]?\\d{1,15}(\\.\\d{1,15})?")) {
            throw unexpected(figure, "a number such as 30 or -0.5, true or false");
        }
        return Double.parseDouble(figure);
    }

    private Duration duration() {
        var duration = word("a duration");
        return Amounts.duration(duration).orElseThrow(() -> unexpected(duration, Amounts.DURATION_FORM));
    }

    private int percent() {
        var state = word("on, off or a percentage");
        if (state.matches("\\d{1,3}%") && Integer.parseInt(state, 0, state.length() - 1, 10) <= 100) {
            return Integer.parseInt(state, 0, state.length() - 1, 10);
        }
        return switch (state) {
            case "on" -> 100;
            case "off" -> 0;
            default -> throw unexpected(state, "on, off, or 0% to 100%");
        };
    }

    private SensorId sensor(String name) {
        return SensorId.problemWith(name).isEmpty() ? new SensorId(name) : invalid(name);
    }

    private SensorId invalid(String name) {
        throw unexpected(name, "a name as it stands in the configuration");
    }

    private void expect(String keyword) {
        var word = word(keyword);
        if (!word.equals(keyword)) {
            throw unexpected(word, keyword);
        }
    }

    private boolean take(String keyword) {
        if (keyword.equals(words.peek())) {
            words.remove();
            return true;
        }
        return false;
    }

    private String word(String what) {
        var word = words.poll();
        if (word == null || word.isEmpty()) {
            throw new IllegalArgumentException(
                    "the rule ends where %s must stand; its form is: %s".formatted(what, FORM));
        }
        return word;
    }

    private static IllegalArgumentException unexpected(String word, String allowed) {
        return new IllegalArgumentException(
                "\"%s\" stands where %s must stand; the form of a rule is: %s".formatted(word, allowed, FORM));
    }
}
