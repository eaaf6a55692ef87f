package io.pinstream.sim.bench;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.bench.AgentProcess.Launch;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Looks for the largest rate of events that an agent keeps up with on one core: small events, each of one
/// figure out of a file, with TLS, a real broker and a hub behind it. It raises the rate until readings are
/// skipped or fewer events pass the broker than should.
public final class AgentLimits {
    /// @param classPath the agent's jars, as java takes them
    /// @param seconds how long each rate is measured, behind as long to warm up
    public record Settings(String classPath, int seconds, Path folder) {}

    /// Each sensor is read as often as a configuration allows.
    private static final int PER_SENSOR = 100;
    private static final List<Integer> RATES = List.of(500, 1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 12_000);
    /// What is on its way at the ends of the measured time.
    private static final double ENOUGH = 0.98;

    private final Settings settings;
    private final TimeSource time;
    private final PrintStream out;

    public AgentLimits(Settings settings, TimeSource time, PrintStream out) {
        this.settings = settings;
        this.time = time;
        this.out = out;
    }

    /// Measures one rate after the other until one is too much.
    public void run() throws IOException, InterruptedException {
        var pinned = Program.executable("taskset").map(taskset -> List.of(taskset.toString(), "-c", lastCore()));
        out.printf(
                "Java %s; %s; each sensor is read %d times a second%n",
                Runtime.version(),
                pinned.map(command -> "the agent on core " + command.getLast() + " alone")
                        .orElse("no taskset here, so the agent has all cores"),
                PER_SENSOR);
        try (var place = Surroundings.start(settings.folder())) {
            var launch = new Launch(pinned.orElse(List.of()), settings.classPath(), AgentBench.AS_IT_STARTS);
            int tooMuch = 0;
            for (int rate : RATES) {
                tooMuch = keepsUp(rate, launch, place) ? 0 : tooMuch + 1;
                if (tooMuch == 2) { // once may have been something else on this machine
                    return;
                }
            }
        }
    }

    private static String lastCore() {
        return Integer.toString(Runtime.getRuntime().availableProcessors() - 1);
    }

    private boolean keepsUp(int rate, Launch launch, Surroundings place) throws IOException, InterruptedException {
        var device = new DeviceId("limit-" + rate);
        var configuration = "packs: {linger: 1s, events: 500}\n" + FiledBoard.sensors(rate / PER_SENSOR);
        try (var agent = AgentProcess.start(device, place, settings.folder(), launch, "", configuration, time)) {
            agent.awaitAcknowledged();
            Thread.sleep(Duration.ofSeconds(settings.seconds()));
            long begun = time.nanos();
            var before = agent.figures();
            var sentBefore = agent.sent();
            int skippedBefore = skips(agent);
            Thread.sleep(Duration.ofSeconds(settings.seconds()));
            double lasted = (time.nanos() - begun) / 1e9;
            var sent = agent.sent().since(sentBefore);
            var after = agent.figures();
            double got = sent.events() / lasted;
            boolean keptUp = got >= rate * ENOUGH && skips(agent) == skippedBefore;
            out.printf(
                    "%,7d events/s wanted: %,9.0f came, %.1f bytes each; %3.0f %% of the core, %d MiB resident: %s%n",
                    rate,
                    got,
                    (double) sent.payload() / Math.max(1, sent.events()),
                    after.cpuSecondsSince(before) / lasted * 100,
                    after.residentMiB(),
                    keptUp ? "keeps up" : "too much");
            return keptUp;
        }
    }

    /// How often the log says that readings were left out; it says so once a minute at most for each sensor.
    private static int skips(AgentProcess agent) {
        return agent.output().split("readings were skipped", -1).length - 1;
    }
}
