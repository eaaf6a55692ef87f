package io.pinstream.hub.web;

import io.javalin.http.Context;
import io.pinstream.config.Amounts;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// The parameters of a request, each read by its rule. What is wrong becomes a problem that names the parameter,
/// its value and what it may be; so does a parameter that nobody knows, because it would be silently without
/// effect.
final class Query {
    private static final int LONGEST = 8 * 1024;

    private final Context page;

    Query(Context page, Set<String> known) {
        this.page = page;
        for (var name : page.queryParamMap().keySet()) {
            if (!known.contains(name)) {
                throw HttpProblem.badRequest("%s is no parameter here; there are %s"
                        .formatted(shown(name), String.join(", ", new TreeSet<>(known))));
            }
        }
    }

    /// A value that is there once or not at all.
    Optional<String> text(String name) {
        var values = page.queryParams(name);
        if (values.size() > 1) {
            throw HttpProblem.badRequest(
                    "%s must be given once, but was given %d times".formatted(name, values.size()));
        }
        var value = values.stream().findFirst();
        if (value.isPresent() && value.get().length() > LONGEST) {
            throw HttpProblem.badRequest("%s must have at most %d characters".formatted(name, LONGEST));
        }
        return value.filter(text -> !text.isEmpty());
    }

    /// A value of a type of its own; an IllegalArgumentException of `parse` says what is wrong with it.
    <T> Optional<T> parsed(String name, Function<String, T> parse) {
        return text(name).map(text -> read(name, text, parse));
    }

    /// The same of a text that is there, such as a part of the path.
    static <T> T read(String name, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw HttpProblem.badRequest("%s: %s, but was %s".formatted(name, wrong.getMessage(), shown(text)));
        }
    }

    /// Values that may be given several times, and several at once with commas between them.
    List<String> texts(String name) {
        var all = new ArrayList<String>();
        for (var values : page.queryParams(name)) {
            all.addAll(List.of(values.split(",", -1)));
        }
        return all;
    }

    int integer(String name, int standard, int least, int most) {
        return parsed(name, text -> {
                    try {
                        int value = Integer.parseInt(text);
                        if (value >= least && value <= most) {
                            return value;
                        }
                    } catch (NumberFormatException none) {
                        // The same answer.
                    }
                    throw new IllegalArgumentException("must be a whole number from %d to %d".formatted(least, most));
                })
                .orElse(standard);
    }

    /// A time: RFC 3339, or how long ago.
    Optional<Instant> time(String name, Instant now) {
        return parsed(name, text -> {
            var ago = Amounts.duration(text);
            if (ago.isPresent()) {
                return now.minus(ago.get());
            }
            try {
                return Instant.parse(text);
            } catch (DateTimeException none) {
                throw new IllegalArgumentException(
                        "must be a time such as 2026-11-23T04:40:14Z, or how long ago: %s"
                                .formatted(Amounts.DURATION_FORM),
                        none);
            }
        });
    }

    Optional<Duration> duration(String name) {
        return parsed(
                name,
                text -> Amounts.duration(text)
                        .orElseThrow(() -> new IllegalArgumentException("must be " + Amounts.DURATION_FORM)));
    }

    /// Short, printable, in quotes.
    static String shown(String text) {
        var safe = new StringBuilder("\"");
        text.chars().limit(64).forEach(c -> safe.append(c >= ' ' && c < 0x7f && c != '"' ? (char) c : '?'));
        return safe.append(text.length() > 64 ? "…\"" : "\"").toString();
    }
}
