package io.pinstream.agent.watch;

import io.pinstream.report.LogLines;
import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Where the agent's log goes, and what of it is worth reading.
public final class AgentLog {
    // Held here, because the log manager holds loggers only weakly and would forget their levels.
    private static final Logger OURS = Logger.getLogger("io.pinstream");
    private static final Logger PI4J = Logger.getLogger("com.pi4j");
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho");

    private AgentLog() {}

    /// Sends everything that is logged in this process to standard error.
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
        // Paho logs what linkLost says better; Pi4J calls it an error that a machine is no Raspberry Pi.
        PAHO.setLevel(Level.OFF);
        PI4J.setLevel(verbose ? Level.INFO : Level.OFF);
    }
}
