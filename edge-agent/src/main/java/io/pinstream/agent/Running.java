package io.pinstream.agent;

import io.pinstream.agent.service.Service;
import io.pinstream.agent.service.Supervision;
import io.pinstream.agent.service.Wishes;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.agent.watch.LoggingWatch;
import io.pinstream.lifecycle.Hangup;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/// The command `run`: an agent until it is told to stop.
///
/// It is apart from [Main] because a device runs this command for years and the others for a second. What a
/// service manager says is told here without picocli, whose classes and reflection would stay in memory for good:
/// ARCHITECTURE.md, "What an agent takes". Every other command line, a wrong one first of all, is picocli's.
///
/// @param file the configuration
/// @param verbose log what only somebody who looks for a fault wants to see
record Running(Path file, boolean verbose) {
    /// Where the configuration is if nobody says so.
    static final String DEFAULT_FILE = "/etc/pinstream/agent.yaml";

    /// What is asked for, if it is `run` with its options written out, each at most once, and nothing else.
    static Optional<Running> of(String... arguments) {
        if (arguments.length == 0 || !arguments[0].equals("run")) {
            return Optional.empty();
        }
        var file = Optional.<String>empty();
        boolean verbose = false;
        for (int i = 1; i < arguments.length; i++) {
            boolean named = arguments[i].equals("-c") || arguments[i].equals("--config");
            if (named && file.isEmpty() && i + 1 < arguments.length && isName(arguments[i + 1])) {
                i++;
                file = Optional.of(arguments[i]);
            } else if (!verbose && (arguments[i].equals("-v") || arguments[i].equals("--verbose"))) {
                verbose = true;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new Running(Path.of(file.orElse(DEFAULT_FILE)), verbose));
    }

    /// Not an option, nothing quoted and no list of files: what picocli reads as it stands.
    private static boolean isName(String argument) {
        return argument.startsWith("/") && argument.chars().noneMatch(c -> c == '"' || c == '\'');
    }

    /// The configuration of a file; if there is any problem, prints all of them.
    static Optional<AgentConfig> read(Path file, PrintWriter err) {
        var read = AgentConfig.read(file);
        read.problems().forEach(err::println);
        if (!read.problems().isEmpty()) {
            err.printf("%d problems; nothing was started%n", read.problems().size());
        }
        err.flush();
        return read.config();
    }

    /// Runs it, and says what went wrong in a sentence.
    ///
    /// @return the exit code
    int execute(PrintWriter err) throws InterruptedException {
        try {
            return run(err);
        } catch (IOException failure) {
            err.println("pinstream-agent: " + failure.getMessage());
            err.flush();
            return Main.FAILED;
        }
    }

    /// @throws IOException if it cannot run with this configuration on this machine
    int run(PrintWriter err) throws IOException, InterruptedException {
        var config = read(file, err);
        if (config.isEmpty()) {
            return Main.BAD_CONFIG;
        }
        AgentLog.toStandardError(verbose);
        var time = TimeSource.system();
        var watch = new LoggingWatch(time);
        var wishes = new Wishes();
        try (var _ = Shutdown.telling(wishes::end);
                var supervision =
                        Supervision.of(System.getenv(), ProcessHandle.current().pid())) {
            if (!Hangup.heardBy(wishes::reload)) {
                watch.configurationRefused("this Java does not let SIGHUP be heard: restart the agent instead");
            }
            new Service<AgentConfig>(
                            current -> ServedAgent.reread(file, current),
                            next -> ServedAgent.open(next, time, watch),
                            supervision,
                            time,
                            watch)
                    .run(file.toString(), config.get(), wishes);
        }
        return 0;
    }
}
