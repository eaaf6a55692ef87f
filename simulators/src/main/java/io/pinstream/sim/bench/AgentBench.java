package io.pinstream.sim.bench;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.bench.AgentProcess.Launch;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Measures what an agent takes of its board, with one choice of JVM options after the other: memory, its share of
/// a core, what it writes to the disk, and how soon after its start the first event is in the outbox and the first
/// pack acknowledged.
///
/// The agent is the real one in a process of its own, by TLS at a real broker, with a real hub and Kafka behind
/// it. Its chips are files: a climate chip once a second, a thermometer every ten, four converter channels ten
/// times a second each, all as the kernel shows them. GPIO and I²C are not among them.
public final class AgentBench {
    /// @param classPath the agent's jars, as java takes them
    /// @param seconds how long each choice runs before its memory is looked at
    /// @param starts how often each is started; the figure in the middle counts
    /// @param folder for data and logs of the processes
    public record Settings(String classPath, int seconds, int starts, Path folder) {}

    /// @param prefix what the JVM is started by
    private record Choice(String name, List<String> prefix, List<String> options, Cache cache) {
        Choice(String name, List<String> options) {
            this(name, List.of(), options, Cache.NONE);
        }
    }

    /// Which AOT cache a choice starts from; a run before writes it (JEP 483, 514, 515).
    private enum Cache {
        NONE,
        /// As the JDK makes it: all classes are there before `main`.
        WHOLE,
        /// A class is there when it is used.
        BY_USE
    }

    private static final List<String> ONE_ARENA = List.of("env", "MALLOC_ARENA_MAX=1");
    private static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");
    private static final List<String> BOUNDED =
            with(NATIVE, "-XX:+UseSerialGC", "-Xmx96m", "-XX:MaxMetaspaceSize=64m", "-Xss512k");
    private static final List<String> SMALL = with(BOUNDED, "-Xms6m", "-Xmn2m");
    private static final List<String> PLAIN = with(SMALL, "-XX:TieredStopAtLevel=1");
    private static final List<String> TRIMMED =
            with(PLAIN, "-XX:TrimNativeHeapInterval=5000", "-XX:StringTableSize=4096");
    private static final List<String> UNMOVED =
            with(TRIMMED, "-XX:+UnlockDiagnosticVMOptions", "-XX:ArchiveRelocationMode=0");
    /// What deploy/bin/pinstream-agent gives to the JVM; the environment is in [#ONE_ARENA].
    static final List<String> AS_IT_STARTS = with(UNMOVED, "-XX:-UsePerfData");
    private static final List<Choice> CHOICES = List.of(
            new Choice("the JVM's own defaults", NATIVE),
            new Choice("serial collector, bounded heap, stacks", BOUNDED),
            new Choice("and a heap that begins small", SMALL),
            new Choice("and C1 alone", PLAIN),
            new Choice("and native memory given back", ONE_ARENA, TRIMMED, Cache.NONE),
            new Choice("and archives where they were made", ONE_ARENA, UNMOVED, Cache.NONE),
            new Choice("and no counters: as it starts", ONE_ARENA, AS_IT_STARTS, Cache.NONE),
            new Choice(
                    "  and compact object headers",
                    ONE_ARENA,
                    with(AS_IT_STARTS, "-XX:+UseCompactObjectHeaders"),
                    Cache.NONE),
            new Choice(
                    "  and compiled at 5 times the calls",
                    ONE_ARENA,
                    with(AS_IT_STARTS, "-XX:CompileThresholdScaling=5"),
                    Cache.NONE),
            new Choice("  as it starts, from an AOT cache", ONE_ARENA, AS_IT_STARTS, Cache.WHOLE),
            new Choice("  from a cache that loads by use", ONE_ARENA, AS_IT_STARTS, Cache.BY_USE));

    private static final Duration TO_TRAIN = Duration.ofSeconds(10);
    /// What the reference agent makes in a second: one climate reading, a tenth of a thermometer's, four channels.
    private static final double EVENTS_PER_SECOND = 1 + 0.1 + 4 * 10;
    private static final String SOON = "packs: {linger: 200ms}\n" + FiledBoard.SENSORS;
    private static final String STEADY = "packs: {linger: 1s}\n" + FiledBoard.SENSORS;
    private static final String SPARING = "packs: {linger: 10s, events: 500}\n" + FiledBoard.SENSORS;

    private final Settings settings;
    private final TimeSource time;
    private final PrintStream out;
    private int made;

    public AgentBench(Settings settings, TimeSource time, PrintStream out) {
        this.settings = settings;
        this.time = time;
        this.out = out;
    }

    private static List<String> with(List<String> options, String... more) {
        return Stream.concat(options.stream(), Stream.of(more)).toList();
    }

    /// Runs every choice and prints a line for each.
    public void run() throws IOException, InterruptedException {
        try (var place = Surroundings.start(settings.folder())) {
            out.printf(
                    "%d cores, Java %s; %.1f events/s from six sensors, TLS, packs of a second; memory after %d s%n",
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version(),
                    EVENTS_PER_SECOND,
                    settings.seconds());
            out.printf("%-40s %8s %8s %7s %8s %8s%n", "", "resident", "of these", "of a", "first in", "first");
            out.printf("%-40s %8s %8s %7s %8s %8s%n", "", "", "private", "core", "outbox", "ack");
            for (var choice : CHOICES) {
                measure(choice, place);
            }
            writes(place);
        }
    }

    private void measure(Choice choice, Surroundings place) throws IOException, InterruptedException {
        var launch = new Launch(choice.prefix, settings.classPath(), cached(choice, place));
        var outbox = new double[settings.starts()];
        var acknowledged = new double[settings.starts()];
        for (int i = 0; i < settings.starts(); i++) {
            try (var agent = start(place, launch, "", SOON)) {
                outbox[i] = agent.awaitOutbox();
                acknowledged[i] = agent.awaitAcknowledged();
                agent.stop();
            }
        }
        try (var agent = start(place, launch, "", STEADY)) {
            agent.awaitAcknowledged();
            Thread.sleep(Duration.ofSeconds(settings.seconds()).dividedBy(2));
            long half = time.nanos();
            var before = agent.figures();
            Thread.sleep(Duration.ofSeconds(settings.seconds()).dividedBy(2));
            var after = agent.figures();
            double share = after.cpuSecondsSince(before) / ((time.nanos() - half) / 1e9);
            agent.stop();
            out.printf(
                    "%-40s %4d MiB %4d MiB %5.2f %% %,5.0f ms %,5.0f ms%n",
                    choice.name,
                    after.residentMiB(),
                    after.privateDirtyMiB(),
                    share * 100,
                    middle(outbox),
                    middle(acknowledged));
        }
    }

    /// The JVM's options, behind a run that writes the cache, if there is to be one.
    private List<String> cached(Choice choice, Surroundings place) throws IOException, InterruptedException {
        if (choice.cache == Cache.NONE) {
            return choice.options;
        }
        var cache = settings.folder().resolve("agent-" + made + ".aot");
        var prefix = choice.cache == Cache.WHOLE
                ? choice.prefix
                : with(choice.prefix, "JDK_AOT_VM_OPTIONS=-XX:-AOTClassLinking"); // of the JVM that writes it
        var training = new Launch(prefix, settings.classPath(), with(choice.options, "-XX:AOTCacheOutput=" + cache));
        try (var agent = start(place, training, "", SOON)) {
            agent.awaitAcknowledged();
            Thread.sleep(TO_TRAIN);
            agent.stop();
        }
        try (var written = FileChannel.open(cache, StandardOpenOption.WRITE)) {
            written.force(true); // pages of a file that are not on the disk yet count as the process' own
        }
        return with(choice.options, "-XX:AOTCache=" + cache);
    }

    /// What comes to the disk for each byte of payload. The kernel counts whole pages of 4 KiB, so it depends on
    /// how much is brought to the disk together.
    private void writes(Surroundings place) throws IOException, InterruptedException {
        var launch = new Launch(ONE_ARENA, settings.classPath(), AS_IT_STARTS);
        for (var durable : List.of(
                new Durable("packs of a second, on the disk each 0.2 s", "", STEADY),
                new Durable("packs of 10 s, on the disk each 10 s", ", loss-window: 10s", SPARING))) {
            try (var agent = start(place, launch, durable.outbox, durable.configuration)) {
                agent.awaitAcknowledged();
                var before = agent.figures();
                var sentBefore = agent.sent();
                Thread.sleep(Duration.ofSeconds(settings.seconds()).multipliedBy(2));
                var sent = agent.sent().since(sentBefore);
                long written = agent.figures().writtenSince(before);
                agent.stop();
                out.printf(
                        "%s: %,d events, %.1f bytes of payload each; %.2f bytes written for each of them%n",
                        durable.name,
                        sent.events(),
                        (double) sent.payload() / Math.max(1, sent.events()),
                        (double) written / Math.max(1, sent.payload()));
            }
        }
    }

    private record Durable(String name, String outbox, String configuration) {}

    private AgentProcess start(Surroundings place, Launch launch, String outbox, String configuration)
            throws IOException {
        var device = new DeviceId("bench-" + ++made);
        return AgentProcess.start(device, place, settings.folder(), launch, outbox, configuration, time);
    }

    private static double middle(double[] figures) {
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }
}
