package io.pinstream.sim;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/// How every command of `pinstream-sim` fails: one sentence for what the user or the world did, exit 1 or 2.
final class Commands {
    private Commands() {}

    static CommandLine line(Object command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, _) -> {
                    var line = wrong.getCommandLine();
                    line.getErr()
                            .printf(
                                    "pinstream-sim: %s%nTry '%s --help'.%n",
                                    wrong.getMessage(), line.getCommandSpec().qualifiedName());
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (failure instanceof InterruptedException) {
                        return CommandLine.ExitCode.OK; // Ctrl-C
                    }
                    if (failure instanceof NoSuchFileException missing) { // whose message is the path alone
                        line.getErr().printf("pinstream-sim: there is no %s%n", missing.getFile());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
                        line.getErr().println("pinstream-sim: " + failure.getMessage());
                        return CommandLine.ExitCode.SOFTWARE;
                    }
                    throw failure; // a bug: show it whole
                });
    }
}
