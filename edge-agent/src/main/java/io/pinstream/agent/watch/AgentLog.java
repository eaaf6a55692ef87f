package io.pinstream.agent.watch;

import java.io.PrintStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Sends everything that is logged in this process to standard error, a line an event.
public final class AgentLog {
    // Held here, because the log manager holds loggers only weakly and would forget their levels.
    private static final Logger OURS = Logger.getLogger("io.pinstream");
    private static final Logger PI4J = Logger.getLogger("com.pi4j");
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho");

    private AgentLog() {}

    /// Takes the place of whatever logging was set up before.
    ///
    /// @param verbose whether to show what only somebody who looks for a fault wants to see
    public static void toStandardError(boolean verbose) {
        boolean forJournal = System.getenv("JOURNAL_STREAM") != null;
        install(new LineHandler(System.err, forJournal), verbose);
    }

    /// The same, but to a stream that the caller closes.
    public static void to(PrintStream out, boolean verbose) {
        install(new LineHandler(out, false), verbose);
    }

    private static void install(Handler handler, boolean verbose) {
        var root = Logger.getLogger("");
        for (var old : root.getHandlers()) {
            root.removeHandler(old);
        }
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        // Libraries log much at FINE; only our own words are worth it.
        OURS.setLevel(verbose ? Level.FINE : Level.INFO);
        // Paho logs what linkLost says better; Pi4J calls it an error that a machine is no Raspberry Pi.
        PAHO.setLevel(Level.OFF);
        PI4J.setLevel(verbose ? Level.INFO : Level.OFF);
    }

    /// Writes each record whole and at once: two threads' lines never mix.
    static final class LineHandler extends Handler {
        private final PrintStream out;

        LineHandler(PrintStream out, boolean forJournal) {
            this.out = out;
            setFormatter(new LogLine(forJournal));
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
}
