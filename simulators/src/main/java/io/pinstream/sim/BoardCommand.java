package io.pinstream.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.ConfigTree;
import io.pinstream.hub.watch.HubLog;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.rehearsal.Rehearsal;
import io.pinstream.sim.scenario.Scenario;
import io.pinstream.sim.session.BoardSession;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pinstream-sim board`: one agent, as it is configured, on a board that is simulated.
@Command(
        name = "board",
        description = {
            "Runs the real agent on a simulated board: every sensor of its configuration finds a simulated chip where it"
                    + " looks for one. Shows pins, chips, readings, outbox and link live; keys and a scenario change the"
                    + " world while it runs. Needs no hardware and no Linux; with --embedded no server and no"
                    + " configuration.",
            "Ends with q, with Ctrl-C, or with its scenario, and then says what became of every event."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was lost, as far as can be seen",
            "1:an event was lost or came twice (with --embedded), or it could not run",
            "78:configuration or scenario has problems; each is printed with line and remedy"
        },
        mixinStandardHelpOptions = true)
final class BoardCommand implements Callable<Integer> {
    private static final int BAD_CONFIG = 78;
    private static final Path STANDARD = Path.of("agent.yaml");
    private static final String BUILT_IN = "/board.yaml";

    @Spec
    private @Nullable CommandSpec spec;

    private static final double SECONDS_IN_MINUTE = 60;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "the agent's configuration (default: agent.yaml; with --embedded or --rehearse, where there is none, a"
                            + " board of six sensors)")
    private @Nullable Path config;

    @Option(
            names = "--embedded",
            description =
                    "run an MQTT broker, Kafka and the hub in this process, fresh, and compare at the end what the"
                            + " agent has taken with what Kafka has")
    private boolean embedded;

    @Option(
            names = "--scenario",
            paramLabel = "FILE",
            description = "what happens to the board and when, such as door-and-outage.yaml, which is shipped")
    private @Nullable String scenario;

    @Option(
            names = "--faults",
            paramLabel = "RATE",
            converter = Options.Rate.class,
            description = "let things break by chance, so often: 1/min, 10/h; each is mended after a while")
    private @Nullable Double faults;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = Options.Time.class,
            description = "end after so long, by the world's time: 90s, 2m (default: with the scenario, or never)")
    private @Nullable Duration length;

    @Option(
            names = "--no-tty",
            description =
                    "a plain line for each change, without escape codes (default where the output is no terminal)")
    private boolean noTty;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "makes this board's weather and the faults by chance its own (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--speed",
            converter = Options.Speed.class,
            defaultValue = "1",
            description = "world seconds in a second, 1 to 1000000; the scenario goes by them"
                    + " (default: ${DEFAULT-VALUE})")
    private double speed;

    @Option(
            names = "--rehearse",
            paramLabel = "FILE",
            description = "run by a simulated clock, as fast as it goes, with a broker and a hub in memory, and write"
                    + " down all that the agent hands to its MQTT client, a line each: time in µs, publish or will,"
                    + " retained or -, topic, content type, user properties, payload in hex. The same configuration,"
                    + " scenario, --faults, --for, --start and --seed write the same file, byte for byte; without this"
                    + " option the agent runs in real time, and only what the chips show follows the seed. Left out"
                    + " are the figures jvm.* of the state; packet identifiers and pings are the client's")
    private @Nullable Path rehearse;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            defaultValue = "2026-01-02T00:00:00Z",
            converter = Options.Moment.class,
            description = "with --rehearse: what time it is at the beginning (default: ${DEFAULT-VALUE})")
    private Instant start = Instant.EPOCH;

    @Option(names = "--journal", paramLabel = "FILE", description = "write down what the chips show, a line each")
    private @Nullable Path journal;

    @Option(names = "--log", paramLabel = "FILE", description = "write down what agent and hub have to say")
    private @Nullable Path log;

    @Override
    public Integer call() throws Exception {
        boolean live = !noTty && Terminal.isOne();
        var options = new BoardSession.Options(
                embedded,
                live,
                seed,
                speed,
                Optional.ofNullable(length),
                Optional.ofNullable(faults).map(perSecond -> perSecond * SECONDS_IN_MINUTE),
                Optional.ofNullable(journal));
        try (var shutdown = Shutdown.awaited();
                var closer = new Closer()) {
            var folder = Files.createTempDirectory("pinstream-board");
            closer.add(() -> delete(folder));
            var read = AgentConfig.read(file(folder));
            read.problems().forEach(System.err::println);
            if (read.config().isEmpty()) {
                return BAD_CONFIG;
            }
            if (rehearse != null) {
                startLog(true, closer); // its result is the file, and what it is asked about is said here
                return rehearse(read.config().get(), folder, rehearse);
            }
            startLog(live, closer);
            var session = new BoardSession(read.config().get(), options, System.out);
            return switch (session.run(folder, script(), shutdown)) {
                case BoardSession.Ending.Ran(boolean clean) -> clean ? 0 : 1;
                case BoardSession.Ending.Unfit(var problems) -> {
                    problems.forEach(System.err::println);
                    yield BAD_CONFIG;
                }
            };
        }
    }

    private int rehearse(AgentConfig agent, Path folder, Path to) throws IOException, InterruptedException {
        for (var none : List.of("--embedded", "--speed", "--journal")) {
            if (spec != null && spec.commandLine().getParseResult().hasMatchedOption(none)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "%s and --rehearse exclude each other: a rehearsal has no servers and no speed"
                                .formatted(none));
            }
        }
        var options = new Rehearsal.Options(
                seed,
                start,
                Optional.ofNullable(length),
                Optional.ofNullable(faults).map(perSecond -> perSecond * SECONDS_IN_MINUTE));
        var parsed = script();
        try (var out = new PrintStream(Files.newOutputStream(to), false, UTF_8)) {
            var rehearsal = new Rehearsal(agent, options, said -> out.print(said.line() + "\n"));
            return switch (rehearsal.play(folder, parsed, AgentWatch.NONE)) {
                case Rehearsal.Ending.Ran(var lasted, long committed, long waiting) -> {
                    if (out.checkError()) {
                        throw new IOException("%s could not be written to its end: is the disk full?".formatted(to));
                    }
                    System.out.printf(
                            "rehearsed %d s (seed %d): packs committed %d, events waiting %d; see %s%n",
                            lasted.toSeconds(), seed, committed, waiting, to);
                    yield 0;
                }
                case Rehearsal.Ending.Unfit(var problems) -> {
                    problems.forEach(System.err::println);
                    yield BAD_CONFIG;
                }
            };
        }
    }

    private Path file(Path folder) throws IOException {
        if (config != null || !(embedded || rehearse != null) || Files.exists(STANDARD)) {
            return config == null ? STANDARD : config;
        }
        var file = folder.resolve("board.yaml");
        try (var in = BoardCommand.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException(BUILT_IN + " is not packed; this is a bug in the simulators");
            }
            Files.copy(in, file);
        }
        return file;
    }

    /// A file, or else one of those that are shipped.
    private Optional<ConfigTree> script() throws IOException {
        if (scenario == null) {
            return Optional.empty();
        }
        var file = Path.of(scenario);
        var shipped = Scenario.shipped(scenario);
        return Optional.of(
                Files.exists(file) || shipped.isEmpty()
                        ? ConfigTree.read(file)
                        : ConfigTree.parse(scenario, shipped.get()));
    }

    /// To the file that was wished; else to standard error where nothing else tells what happens.
    private void startLog(boolean live, Closer closer) throws IOException {
        if (log == null && !live && !embedded) {
            AgentLog.toStandardError(false);
            return;
        }
        var to = log == null
                ? OutputStream.nullOutputStream()
                : Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        var stream = closer.add(new PrintStream(to, true, UTF_8));
        AgentLog.to(stream, false);
        HubLog.to(stream, false);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
