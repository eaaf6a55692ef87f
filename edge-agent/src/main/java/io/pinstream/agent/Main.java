package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.outbox.OutboxReport;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pinstream-agent`: reads sensors and gets every event into Kafka exactly once.
///
/// Exit codes: 0 all is well, 1 what was asked for could not be done, 2 the command line is wrong, 78 (EX_CONFIG
/// of sysexits.h) the configuration is.
@Command(
        name = "pinstream-agent",
        description = "Reads this board's sensors and publishes them over MQTT 5, each event exactly once.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        subcommands = {DoctorCommand.class, SensorsCommand.class, InitCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 0 well, 1 it could not be done, 2 wrong command line, 78 wrong configuration.",
            "A first configuration: deploy/agent.example.yaml has every key with its default."
        })
public final class Main {
    static final int FAILED = 1;
    static final int BAD_CONFIG = 78;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        var running = Running.of(arguments);
        System.exit(
                running.isPresent()
                        ? running.get().execute(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                        : line().execute(arguments));
    }

    static CommandLine line() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (failure instanceof IOException) {
                        line.getErr().println("pinstream-agent: " + failure.getMessage());
                        return FAILED;
                    }
                    throw failure; // a bug: show it whole
                });
    }

    /// Which file, for every command.
    static final class Source {
        @Option(
                names = {"-c", "--config"},
                paramLabel = "FILE",
                defaultValue = Running.DEFAULT_FILE,
                description = "the configuration (default: ${DEFAULT-VALUE})")
        private Path file = Path.of("");

        Path file() {
            return file;
        }

        /// The board that a right configuration names; else this machine's own.
        Board.Config board() {
            return AgentConfig.read(file).config().map(AgentConfig::board).orElse(Board.Config.DEFAULT);
        }

        /// The configuration; if there is any problem, prints all of them.
        Optional<AgentConfig> read(PrintWriter err) {
            return Running.read(file, err);
        }
    }

    @Command(
            name = "run",
            description = {
                "Runs the agent until it is told to stop (SIGTERM, Ctrl-C).",
                "SIGHUP reads the configuration again; a wrong one is logged, and the one before stays in force."
            },
            mixinStandardHelpOptions = true)
    int run(
            @CommandLine.Mixin Source source,
            @Option(
                            names = {"-v", "--verbose"},
                            description = "log what only somebody who looks for a fault wants to see")
                    boolean verbose)
            throws IOException, InterruptedException {
        return new Running(source.file, verbose).run(err());
    }

    @Command(
            name = "check",
            description = "Checks the configuration and prints every problem with its line.",
            mixinStandardHelpOptions = true)
    int check(
            @CommandLine.Mixin Source source,
            @Option(names = "--print", description = "print every key with the value that counts, secrets masked")
                    boolean print) {
        var read = AgentConfig.read(source.file);
        read.problems().forEach(out()::println);
        if (print) {
            read.effective().forEach(out()::println);
        }
        if (read.config().isEmpty()) {
            out().printf("%s: %d problems%n", source.file, read.problems().size());
            return BAD_CONFIG;
        }
        out().printf(
                        "%s is right: device %s, %d sensors, %d actuators, %d rules, broker %s%n",
                        source.file,
                        read.config().get().device(),
                        read.config().get().sensors().size(),
                        read.config().get().control().actuators().size(),
                        read.config().get().control().rules().size(),
                        read.config().get().broker().broker());
        return 0;
    }

    @Command(
            name = "read-once",
            description = "Reads one sensor once and prints what it says. The agent must not be running.",
            mixinStandardHelpOptions = true)
    int readOnce(
            @CommandLine.Mixin Source source,
            @Parameters(paramLabel = "SENSOR", description = "its name in the configuration") String name,
            @Option(names = "--json", description = "print SenML JSON") boolean json)
            throws IOException, InterruptedException {
        var config = source.read(err());
        if (config.isEmpty()) {
            return BAD_CONFIG;
        }
        var sensor = config.get().sensors().stream()
                .filter(one -> one.id().value().equals(name))
                .findFirst();
        if (sensor.isEmpty()) {
            err().printf(
                            "pinstream-agent: there is no sensor %s in %s; it has %s%n",
                            name,
                            source.file,
                            config.get().sensors().stream()
                                    .map(one -> one.id().value())
                                    .collect(Collectors.joining(", ")));
            return FAILED;
        }
        AgentLog.toStandardError(false);
        try (var board = Board.open(config.get().board(), TimeSource.system())) {
            var event = OneReading.of(sensor.get(), board, Duration.ofSeconds(10));
            if (event.isEmpty()) {
                err().printf("pinstream-agent: sensor %s said nothing within 10 s%n", name);
                return FAILED;
            }
            print(config.get().device(), event.get(), json);
            return event.get().quality().isGood() ? 0 : FAILED;
        }
    }

    private void print(DeviceId device, Event event, boolean json) {
        if (json) {
            var senml = SenmlCodec.encode(device, List.of(event), Payload.Format.JSON);
            out().println(new String(senml.bytes(), StandardCharsets.UTF_8));
            return;
        }
        out().printf("%s  %s  quality %s%n", event.sensor(), event.time(), event.quality());
        for (var measurement : event.measurements()) {
            out().printf(
                            "  %-24s %s %s%n",
                            measurement.quantity().name(),
                            shown(measurement.value()),
                            measurement.quantity().unit().equals(Unit.NONE)
                                    ? ""
                                    : measurement.quantity().unit());
        }
    }

    private static String shown(Value value) {
        return switch (value) {
            case Value.Decimal(double number) -> "%.6g".formatted(number);
            case Value.Truth(boolean truth) -> String.valueOf(truth);
            case Value.Text(String text) -> text;
        };
    }

    @Command(
            name = "outbox",
            description = "Shows what waits to be sent. Only looks, so the agent may be running.",
            mixinStandardHelpOptions = true)
    int outbox(
            @CommandLine.Mixin Source source, @Option(names = "--json", description = "print it as JSON") boolean json)
            throws IOException {
        var config = source.read(err());
        if (config.isEmpty()) {
            return BAD_CONFIG;
        }
        var report = OutboxReport.read(config.get().outbox().folder());
        out().print(json ? report.json() : report.text());
        out().flush();
        return 0;
    }

    @Override
    public String toString() {
        return spec.name();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /// For `--version`.
    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"pinstream-agent " + Version.TEXT};
        }
    }
}
