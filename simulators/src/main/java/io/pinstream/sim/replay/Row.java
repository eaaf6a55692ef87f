package io.pinstream.sim.replay;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/// One row of a recording as it stands there: texts by column. An empty text is no value.
///
/// @param device which device it is of, where the file says so
record Row(String time, Optional<String> device, Map<String, String> cells) {
    /// Seconds up to the year 5138; more digits are milliseconds.
    private static final double LARGEST_SECONDS = 1e11;

    /// ISO 8601 (taken as UTC where it says no offset), or seconds or milliseconds since 1970.
    Instant instant() throws BadRow {
        if (!time.isEmpty()
                && (Character.isDigit(time.charAt(0))
                        && time.chars().allMatch(c -> c == '.' || Character.isDigit(c)))) {
            double figure = number("time", time);
            if (figure >= 1e15) {
                throw new BadRow(
                        "time must be in seconds or milliseconds since 1970, but is \"%s\"".formatted(shortened(time)));
            }
            double seconds = figure < LARGEST_SECONDS ? figure : figure / 1_000;
            return Instant.EPOCH.plusNanos(Math.round(seconds * 1e6) * 1_000);
        }
        try {
            var text = time.replace(' ', 'T');
            return text.length() > 10 && text.substring(10).matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException wrong) {
            throw new BadRow(
                    "time must be ISO 8601 such as 2026-06-01T06:00:00Z, or seconds or milliseconds since 1970, but is \"%s\""
                            .formatted(shortened(time)));
        }
    }

    /// `true` and `false` are 1 and 0.
    static double number(String column, String text) throws BadRow {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true") ? 1 : 0;
        }
        try {
            double figure = Double.parseDouble(text);
            if (Double.isFinite(figure)) {
                return figure;
            }
        } catch (NumberFormatException wrong) {
            // said below
        }
        throw new BadRow(
                "%s must be a number, true or false, but is \"%s\"".formatted(shortened(column), shortened(text)));
    }

    /// Fit for a terminal.
    static String shortened(String text) {
        var printable = new StringBuilder();
        text.chars().limit(40).forEach(c -> printable.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return printable.append(text.length() > 40 ? "..." : "").toString();
    }
}
