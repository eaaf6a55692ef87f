package io.pinstream.report;

import java.io.PrintStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Writes everything that is logged in this process to one stream, a line an event, each whole and at once: two
/// threads' lines never mix.
public final class LogLines extends Handler {
    private final PrintStream out;

    /// @param forJournal whether systemd's journal reads it: with priorities, without times
    public LogLines(PrintStream out, boolean forJournal) {
        this.out = out;
        setFormatter(new LogLine(forJournal));
    }

    /// To standard error, as systemd's journal wants it where that listens.
    public static void toStandardError() {
        install(new LogLines(System.err, System.getenv("JOURNAL_STREAM") != null));
    }

    /// To a stream that the caller closes.
    public static void to(PrintStream out) {
        install(new LogLines(out, false));
    }

    /// Takes the place of whatever logging was set up before. Libraries log much at FINE, which nobody sees.
    private static void install(LogLines lines) {
        var root = Logger.getLogger("");
        for (var old : root.getHandlers()) {
            root.removeHandler(old);
        }
        root.addHandler(lines);
        root.setLevel(Level.INFO);
    }

    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry)) {
            out.print(getFormatter().format(entry));
            out.flush();
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {}
}
