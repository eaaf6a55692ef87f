package io.pinstream.hub;

import io.pinstream.hub.watch.HubLog;
import picocli.CommandLine.Option;

/// The option `--verbose` of every command that talks to somebody.
final class VerboseOption {
    @Option(
            names = {"-v", "--verbose"},
            description = "log what only somebody who looks for a fault wants to see")
    private boolean verbose;

    /// Sends the log to standard error.
    void startLog() {
        HubLog.toStandardError(verbose);
    }
}
