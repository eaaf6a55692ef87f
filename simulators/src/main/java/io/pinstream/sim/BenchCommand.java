package io.pinstream.sim;

import io.pinstream.agent.watch.AgentLog;
import io.pinstream.hub.watch.HubLog;
import io.pinstream.sim.bench.AgentBench;
import io.pinstream.sim.bench.AgentDay;
import io.pinstream.sim.bench.AgentLimits;
import io.pinstream.sim.bench.Bench;
import io.pinstream.sim.bench.LiveBench;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pinstream-sim bench`: how fast the line is, beside a naive loop and Kafka's own producer in the same run.
@Command(
        name = "bench",
        description = {
            "Runs mosquitto, a Kafka node and the hub as processes of their own, loads them, and prints events per"
                    + " second, CPU-seconds of each process per million events, resident memory and latency; beside them"
                    + " a naive loop and Kafka's own producer. Needs mosquitto (Debian package) and Linux.",
            "Compare the ratios of one run: absolute figures drift from machine to machine."
        },
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Option(names = "--events", defaultValue = "500000", description = "events in a run (default: ${DEFAULT-VALUE})")
    private long events;

    @Option(
            names = "--packs",
            split = ",",
            defaultValue = "1,10,50",
            description = "pack sizes (default: ${DEFAULT-VALUE})")
    private List<Integer> packs = List.of();

    @Option(names = "--connections", defaultValue = "2", description = "load generators (default: ${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--devices", defaultValue = "50", description = "devices of each (default: ${DEFAULT-VALUE})")
    private int devices;

    @Option(
            names = "--live",
            paramLabel = "CLIENTS",
            description = {
                "measure live streams instead: so many clients of one hub, each watching one device, with",
                "--rate events per second of all devices, for --seconds; once more with a client that never reads"
            })
    private int live;

    @Option(
            names = "--agent",
            paramLabel = "CLASSPATH",
            description = {
                "measure an agent instead, by the class path of its jars: what it takes of its board with one choice of JVM",
                "options after the other, each for --seconds"
            })
    private @Nullable String agent;

    @Option(
            names = "--limits",
            description = "with --agent: raise the events per second on one core instead, until it does not keep up")
    private boolean limits;

    @Option(
            names = "--hours",
            paramLabel = "HOURS",
            description = {
                "run a reference agent for so many hours instead, at least 3, by a simulated clock, and look each hour",
                "whether memory, threads, open files, classes or outbox grow; the exit code says it, too"
            })
    private int hours;

    @Option(names = "--starts", defaultValue = "5", description = "with --agent, of each (default: ${DEFAULT-VALUE})")
    private int starts;

    @Option(names = "--rate", defaultValue = "1000", description = "with --live (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "with --live and --agent (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--folder", description = "for data and logs (default: a new one in the temporary folder)")
    private @Nullable Path folder;

    @Override
    public Integer call() throws Exception {
        HubLog.to(System.err, false); // quietens Kafka's client
        var where = folder == null ? Files.createTempDirectory("pinstream-bench") : folder;
        if (hours > 0) {
            return day(where);
        }
        if (agent != null && limits) {
            var settings = new AgentLimits.Settings(agent, seconds, where);
            new AgentLimits(settings, TimeSource.system(), System.out).run();
            System.out.println("logs of the processes: " + where);
            return CommandLine.ExitCode.OK;
        }
        if (agent != null) {
            var settings = new AgentBench.Settings(agent, seconds, starts, where);
            new AgentBench(settings, TimeSource.system(), System.out).run();
            System.out.println("logs of the processes: " + where);
            return CommandLine.ExitCode.OK;
        }
        if (live > 0) {
            var settings = new LiveBench.Settings(live, rate, seconds, where);
            boolean complete = new LiveBench(settings, TimeSource.system(), System.out).run();
            System.out.println("logs of the processes: " + where);
            return complete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
        var settings = new Bench.Settings(events, packs, connections, devices, where);
        boolean clean = new Bench(settings, TimeSource.system(), System.out).run();
        System.out.println("logs of the processes: " + where);
        return clean ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private int day(Path where) throws IOException, InterruptedException {
        AgentLog.toStandardError(false);
        Files.createDirectories(where);
        var settings = new AgentDay.Settings(Duration.ofHours(hours), Duration.ofHours(1), where);
        var grown = new AgentDay(settings, _ -> {}).run(System.out);
        grown.forEach(what -> System.out.println("has grown: " + what));
        if (grown.isEmpty()) {
            System.out.println("nothing has grown");
        }
        return grown.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
