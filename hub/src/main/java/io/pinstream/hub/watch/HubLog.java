package io.pinstream.hub.watch;

import io.pinstream.report.LogLines;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// Sends everything that is logged in this process to standard error, a line an event.
public final class HubLog {
    static {
        // Before the first logger is made.
        System.setProperty("java.util.logging.manager", KeptOpen.class.getName());
        // The embedded broker brings another logging library along; without this the choice is a lottery.
        System.setProperty("slf4j.provider", "org.slf4j.jul.JULServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "WARN");
    }

    /// Logs to the very end. The platform's own closes every handler as soon as the process is told to stop, while
    /// the hub still has something to say about that.
    public static final class KeptOpen extends LogManager {
        @Override
        public void reset() {}
    }

    // Held here, because the log manager holds loggers only weakly and would forget their levels.
    private static final Logger OURS = Logger.getLogger("io.pinstream");
    // What these libraries log, the hub says itself, once and in its own words.
    private static final List<Logger> QUIET = Stream.of(
                    "org.apache.kafka",
                    "kafka",
                    "state.change.logger",
                    "org.eclipse.jetty",
                    "io.javalin",
                    "com.hivemq",
                    "migrations", // HiveMQ's, too
                    "jetbrains.exodus",
                    "io.netty")
            .map(Logger::getLogger)
            .toList();
    // These warn with every request and call it severe when a peer cannot be reached.
    private static final List<Logger> MUTE = Stream.of("com.azure", "com.microsoft.aad", "software.amazon.awssdk")
            .map(Logger::getLogger)
            .toList();

    private HubLog() {}

    /// Takes the place of whatever logging was set up before.
    ///
    /// @param verbose whether to show what only somebody who looks for a fault wants to see
    public static void toStandardError(boolean verbose) {
        LogLines.toStandardError();
        choose(verbose);
    }

    /// The same, but to a stream that the caller closes.
    public static void to(PrintStream out, boolean verbose) {
        LogLines.to(out);
        choose(verbose);
    }

    private static void choose(boolean verbose) {
        OURS.setLevel(verbose ? Level.FINE : Level.INFO);
        QUIET.forEach(logger -> logger.setLevel(verbose ? Level.WARNING : Level.SEVERE));
        MUTE.forEach(logger -> logger.setLevel(verbose ? Level.SEVERE : Level.OFF));
    }
}
