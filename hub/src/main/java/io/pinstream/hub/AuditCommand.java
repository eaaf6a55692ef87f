package io.pinstream.hub;

import io.pinstream.hub.log.Audit;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pinstream-hub audit`: reads the whole events topic and proves that every event is there, once, in order.
@Command(
        name = "audit",
        description = {
            "Reads the whole events topic as every consumer sees it (read_committed), and proves per device that"
                    + " every event is there, once, in order.",
            "What a device dropped on purpose and named, and packs that are in the dead letters, are no gaps."
        },
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private VerboseOption verbose = new VerboseOption();

    @Option(names = "--json", description = "print one JSON object, for scripts")
    private boolean json;

    @Override
    public Integer call() throws UnusableConfig, IOException, InterruptedException {
        verbose.startLog();
        var line = Objects.requireNonNull(spec).commandLine();
        var kafka = config.load().config().kafka();
        var progress = new Percentage(line.getErr(), isTerminal(), TimeSource.system());
        var report = new AuditReport(Audit.run(kafka, progress::show));
        progress.end();
        line.getOut().print(json ? report.json() : report.text());
        line.getOut().flush();
        return report.isClean() ? CommandLine.ExitCode.OK : Main.FINDINGS;
    }

    // A runtime image without the module jdk.internal.le still has no console.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /// How far the reading has come: one line that is painted over on a terminal, else a line now and then.
    static final class Percentage {
        private static final Duration REPAINT = Duration.ofMillis(200);
        private static final Duration REPEAT = Duration.ofSeconds(5);

        private final PrintWriter err;
        private final boolean terminal;
        private final TimeSource time;
        private long last;
        private boolean painted;

        Percentage(PrintWriter err, boolean terminal, TimeSource time) {
            this.err = err;
            this.terminal = terminal;
            this.time = time;
            this.last = time.nanos();
        }

        /// @param done from 0 to 1
        void show(double done) {
            long now = time.nanos();
            if (now - last < (terminal ? REPAINT : REPEAT).toNanos()) {
                return;
            }
            last = now;
            painted = terminal;
            err.printf(terminal ? "\raudit: %3.0f %% read" : "audit: %.0f %% read%n", 100 * done);
            err.flush();
        }

        /// Clears the line.
        void end() {
            if (painted) {
                err.print("\r" + " ".repeat(20) + "\r");
                err.flush();
            }
        }
    }
}
