package io.pinstream.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/// One line an event. For the journal with its priority in front (`<4>`, see sd-daemon(3)) and without a time,
/// which the journal has itself; otherwise with time and level. Only a bug has a stack trace, each line of it
/// marked alike.
final class LogLine extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final boolean forJournal;

    LogLine(boolean forJournal) {
        this.forJournal = forJournal;
    }

    @Override
    public String format(LogRecord entry) {
        var start = forJournal
                ? "<%d>".formatted(priority(entry.getLevel()))
                : "%s %-5s ".formatted(TIME.format(entry.getInstant()), word(entry.getLevel()));
        var line = start + oneLine(formatMessage(entry)) + "\n";
        if (entry.getThrown() == null) {
            return line;
        }
        var trace = new StringWriter();
        entry.getThrown().printStackTrace(new PrintWriter(trace, true));
        return line
                + trace.toString()
                        .lines()
                        .map(text -> (forJournal ? start : "    ") + text.replace('\t', ' ') + "\n")
                        .collect(Collectors.joining());
    }

    private static String oneLine(String text) {
        return text.replace("\r", "").replace("\n", "\\n");
    }

    /// syslog(3)'s priorities.
    private static int priority(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return 3;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return 4;
        }
        return level.intValue() >= Level.INFO.intValue() ? 6 : 7;
    }

    private static String word(Level level) {
        return switch (priority(level)) {
            case 3 -> "ERROR";
            case 4 -> "WARN";
            case 6 -> "INFO";
            default -> "DEBUG";
        };
    }
}
