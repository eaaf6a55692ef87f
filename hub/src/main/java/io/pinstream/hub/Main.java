package io.pinstream.hub;

import io.pinstream.hub.watch.HubLog;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// `pinstream-hub`: runs the hub, checks its configuration and its topics, audits what it has written, makes
/// tokens for those who ask it, and commands devices.
@Command(
        name = "pinstream-hub",
        description = "Takes sensor events from MQTT into Kafka, exactly once.",
        mixinStandardHelpOptions = true,
        version = "pinstream-hub 0.1.0",
        synopsisSubcommandLabel = "(run | check | topics | audit | outlet | token | command)",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:audit found something lost, twice or out of order; the device does not do what was commanded",
            "2:the command line is wrong",
            "69:Kafka, the hub or the device does not answer, or a port is taken",
            "70:a bug in the hub",
            "77:the hub does not let you",
            "78:the configuration is wrong, or does not fit the topics"
        },
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            TopicsCommand.class,
            AuditCommand.class,
            OutletCommand.class,
            TokenCommand.class,
            SwitchCommand.class
        })
public final class Main {
    /// What commands exit with, beside picocli's 0 and 2; from sysexits(3).
    static final int FINDINGS = 1;

    static final int UNAVAILABLE = 69;
    static final int BUG = 70;
    static final int NOT_ALLOWED = 77;
    static final int CONFIG = 78;

    private Main() {}

    public static void main(String[] arguments) {
        HubLog.toStandardError(false); // before any library chooses where it logs
        System.exit(line().execute(arguments));
    }

    /// The command line, which says what a user or the world did wrong in one sentence.
    static CommandLine line() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(
                        failure -> failure instanceof ParameterException ? CommandLine.ExitCode.USAGE : BUG)
                .setExecutionExceptionHandler((failure, line, _) -> switch (failure) {
                    case UnusableConfig wrong -> {
                        wrong.problems().forEach(problem -> line.getErr().println("pinstream-hub: " + problem));
                        line.getErr().flush();
                        yield CONFIG;
                    }
                    case IOException world -> {
                        line.getErr().println("pinstream-hub: " + world.getMessage());
                        line.getErr().flush();
                        yield UNAVAILABLE;
                    }
                    case InterruptedException _ -> CommandLine.ExitCode.OK; // Ctrl-C
                    default -> throw failure; // a bug: show it whole
                });
    }
}
