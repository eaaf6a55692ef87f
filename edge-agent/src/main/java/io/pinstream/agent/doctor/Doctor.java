package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Level;
import io.pinstream.report.JsonText;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// All findings, for a person and for a script.
public record Doctor(List<Finding> findings) {
    /// Makes all checks, one after the other.
    public static Doctor look(List<Check> checks) {
        return new Doctor(
                checks.stream().flatMap(check -> check.look().stream()).toList());
    }

    /// Whether something that is configured does not work.
    public boolean hasProblems() {
        return count(Level.PROBLEM) > 0;
    }

    /// For a person: a line each, what mends it below, and a sum.
    public String text() {
        int widest =
                findings.stream().mapToInt(one -> one.check().length()).max().orElse(0);
        var text = new StringBuilder();
        for (var one : findings) {
            text.append(("%-9s  %-" + Math.max(1, widest) + "s  %s%n")
                    .formatted(word(one.level()), one.check(), one.says()));
            one.mend()
                    .ifPresent(mend -> text.append("%s-> %s%n"
                            .formatted(
                                    " ".repeat(widest + 13),
                                    switch (mend.where()) {
                                        case Finding.Mend.SHELL -> mend.line();
                                        case Finding.Mend.HAND -> mend.line();
                                        default -> "%s   (in %s)".formatted(mend.line(), mend.where());
                                    })));
        }
        return text.append("%d problems, %d warnings, %d not checked%n"
                        .formatted(count(Level.PROBLEM), count(Level.WARNING), count(Level.UNCHECKED)))
                .toString();
    }

    /// For a script: one object on one line.
    public String json() {
        return "{\"problems\":%d,\"warnings\":%d,\"findings\":[%s]}%n"
                .formatted(
                        count(Level.PROBLEM),
                        count(Level.WARNING),
                        findings.stream().map(Doctor::json).collect(Collectors.joining(",")));
    }

    private static String json(Finding one) {
        var mend = one.mend()
                .map(m -> ",\"mend\":{\"line\":%s,\"where\":%s}"
                        .formatted(JsonText.quoted(m.line()), JsonText.quoted(m.where())))
                .orElse("");
        return "{\"check\":%s,\"level\":\"%s\",\"says\":%s%s}"
                .formatted(JsonText.quoted(one.check()), word(one.level()), JsonText.quoted(one.says()), mend);
    }

    private static String word(Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private long count(Level level) {
        return findings.stream().filter(one -> one.level() == level).count();
    }
}
