package io.pinstream.sim;

import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.fleet.Fleet;
import io.pinstream.sim.fleet.Plan;
import io.pinstream.time.TimeSource;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pinstream-sim fleet`: thousands of devices, each with its own connection, by the real delivery protocol.
@Command(
        name = "fleet",
        description = {
            "Thousands of simulated devices over real MQTT from one process: each has its own connection, client id, will"
                    + " and topics, and the agent's own delivery protocol. Ends when all packs are committed, after the"
                    + " --duration, or with Ctrl-C, and then prints a report.",
            "",
            "The same options with the same --seed and --start make the same packs, byte for byte; a hub that has"
                    + " committed them already drops them, and the report says so.",
            "",
            "Exit codes: 0 everything is acknowledged (or Ctrl-C), 1 something is not, or the broker cannot be reached,"
                    + " 2 an option is wrong."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class FleetCommand implements Callable<Integer> {
    private static final Duration REPAINT = Duration.ofSeconds(1);
    private static final Duration REPEAT = Duration.ofSeconds(10);
    /// How long what is measured may take to be acknowledged.
    private static final Duration DRAIN = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration DRAIN_WHEN_TOLD = Duration.ofSeconds(4);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--devices", defaultValue = "100", description = "how many, 1 to 20000 (default: ${DEFAULT-VALUE})")
    private int devices;

    @Option(
            names = "--rate",
            paramLabel = "N/UNIT",
            defaultValue = "1/s",
            converter = Options.Rate.class,
            description = "packs of each device, such as 1/s, 10/min or 6/h (default: ${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--events",
            defaultValue = "1",
            description = "readings in a pack, 1 to 1000 (default: ${DEFAULT-VALUE})")
    private int events;

    @Option(
            names = "--site",
            paramLabel = "NAME",
            defaultValue = "fleet",
            description = "where the devices are: their ids are NAME-00000, NAME-00001, ... and their state names it"
                    + " (default: ${DEFAULT-VALUE})")
    private String site = "";

    @Option(names = "--packs", paramLabel = "N", description = "packs of each device (default: no end)")
    private @Nullable Long packs;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Options.Time.class,
            description = "measure for so long, then send what is left and end, such as 60s (default: no end)")
    private @Nullable Duration duration;

    @Option(
            names = "--ramp-up",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Options.Time.class,
            description = "switch the devices on one after the other over this time (default: ${DEFAULT-VALUE})")
    private Duration rampUp = Duration.ZERO;

    @Option(
            names = "--day",
            paramLabel = "TIME",
            converter = Options.Time.class,
            description = "how long a day and a night last, such as 10m: temperatures follow it, and at noon a device"
                    + " sends 1.8 times its rate, at midnight a fifth. It begins at six in the morning"
                    + " (default: real days and a steady rate)")
    private @Nullable Duration day;

    @Option(
            names = "--stragglers",
            paramLabel = "PERCENT",
            defaultValue = "0%",
            converter = Options.Share.class,
            description = "devices that fall silent for a third of the time, and send what they have measured when they"
                    + " are back, such as 5%% (default: 0%%)")
    private double stragglers;

    @Option(
            names = "--silence",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Options.Time.class,
            description = "how long a straggler is silent each time (default: ${DEFAULT-VALUE})")
    private Duration silence = Duration.ZERO;

    @Option(
            names = "--storm",
            paramLabel = "TIME",
            converter = Options.Time.class,
            description =
                    "drop connections all at once every so often, such as 1m; the devices come back with a jittered"
                            + " back-off (default: never)")
    private @Nullable Duration storm;

    @Option(
            names = "--storm-share",
            paramLabel = "PERCENT",
            defaultValue = "100%",
            converter = Options.Share.class,
            description = "how many of them (default: 100%%)")
    private double stormShare;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "makes this fleet's figures its own (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            converter = Options.Moment.class,
            description =
                    "what time it is in the devices' world when they begin, such as 2026-06-01T06:00:00Z (default:"
                            + " now)")
    private @Nullable Instant start;

    @Option(
            names = "--broker",
            paramLabel = "HOST[:PORT]",
            defaultValue = "127.0.0.1:1883",
            converter = Options.Address.class,
            description = "an MQTT 5 broker that wants no password and no TLS (default: ${DEFAULT-VALUE})")
    private InetSocketAddress broker = new InetSocketAddress(0);

    @Option(names = "--json", description = "print the report as JSON, on one line")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        var time = TimeSource.system();
        var plan = plan(time);
        try (var shutdown = Shutdown.awaited();
                var fleet = Fleet.start(plan, broker, time)) {
            run(fleet, shutdown, time, System.err);
            var report = fleet.report();
            System.out.print(json ? report.json() + System.lineSeparator() : report.text());
            return report.waiting() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }

    private Plan plan(TimeSource time) {
        try {
            var load = new Plan.Load(rate, events, packs == null ? Long.MAX_VALUE : packs, rampUp, orZero(day));
            var trouble = new Plan.Trouble(stragglers, silence, orZero(storm), stormShare);
            var world = new Plan.World(seed, start == null ? time.instant() : start);
            return new Plan(site, devices, load, trouble, world);
        } catch (IllegalArgumentException wrong) {
            throw new CommandLine.ParameterException(
                    Optional.ofNullable(spec).orElseThrow().commandLine(), wrong.getMessage(), wrong);
        }
    }

    private static Duration orZero(@Nullable Duration duration) {
        return duration == null ? Duration.ZERO : duration;
    }

    private void run(Fleet fleet, Shutdown shutdown, TimeSource time, PrintStream out) throws InterruptedException {
        boolean isTerminal = Terminal.isOne();
        long end = duration == null ? Long.MAX_VALUE : time.nanos() + duration.toNanos();
        long painted = time.nanos() - REPEAT.toNanos();
        boolean measured = false;
        while (!fleet.isDone() && time.nanos() < end && !shutdown.await(REPAINT)) {
            painted = paint(fleet, time, out, isTerminal, painted);
            if (!measured && fleet.isComplete()) {
                measured = true;
                fleet.measureMemory();
            }
        }
        fleet.measureMemory();
        fleet.end();
        long latest = time.nanos() + DRAIN.toNanos();
        boolean told = false;
        while (!fleet.isDone() && time.nanos() < latest) {
            if (told) {
                Thread.sleep(LOOK);
            } else if (shutdown.await(LOOK)) {
                told = true;
                latest = time.nanos() + DRAIN_WHEN_TOLD.toNanos();
            }
            if (time.nanos() - painted >= REPAINT.toNanos()) {
                painted = paint(fleet, time, out, isTerminal, painted);
            }
        }
        if (isTerminal) {
            out.println();
        }
    }

    private static long paint(Fleet fleet, TimeSource time, PrintStream out, boolean isTerminal, long painted) {
        if (!isTerminal && time.nanos() - painted < REPEAT.toNanos()) {
            return painted;
        }
        var line = fleet.report().progress();
        out.print(isTerminal ? "\r" + line + "\u001b[K" : line + System.lineSeparator());
        out.flush();
        return time.nanos();
    }
}
