package io.pinstream.sim.bench;

import io.pinstream.agent.outbox.OutboxReport;
import io.pinstream.event.DeviceId;
import io.pinstream.sim.mqtt.RawMqtt;
import io.pinstream.sim.process.Program;
import io.pinstream.sim.process.SelfSigned;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Message;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Measures what an agent takes of its board, with one choice of JVM options after the other: resident memory, its
/// share of a core, and how soon after its start the first event is in the outbox and the first pack acknowledged.
///
/// The agent is the real one in a process of its own, by TLS at a real broker, with a real hub and Kafka behind
/// it. Its chips are files: a climate chip once a second, a thermometer every ten, four converter channels ten
/// times a second each, all as the kernel shows them. GPIO is not among them.
public final class AgentBench {
    /// @param classPath the agent's jars, as java takes them
    /// @param seconds how long each choice runs before its memory is looked at
    /// @param starts how often each is started; the figure in the middle counts
    /// @param folder for data and logs of the processes
    public record Settings(String classPath, int seconds, int starts, Path folder) {}

    /// @param aot whether it runs from a cache that a run before has written (JEP 483, 514, 515)
    private record Choice(String name, List<String> options, boolean aot) {}

    private static final List<String> BOUNDED =
            List.of("-XX:+UseSerialGC", "-Xmx96m", "-XX:MaxMetaspaceSize=64m", "-Xss512k");
    private static final List<String> SMALL = with(BOUNDED, "-Xms8m", "-Xmn3m");
    private static final List<String> PLAIN = with(SMALL, "-XX:TieredStopAtLevel=1");
    private static final List<Choice> CHOICES = List.of(
            new Choice("the JVM's own defaults", List.of(), false),
            new Choice("serial collector, bounded heap and stacks", BOUNDED, false),
            new Choice("and a heap that begins small", SMALL, false),
            new Choice("and C1 alone (as pinstream-agent starts)", PLAIN, false),
            new Choice("and compact object headers", with(PLAIN, "-XX:+UseCompactObjectHeaders"), false),
            new Choice("C1 alone, from an AOT cache", PLAIN, true));

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(2);
    /// What the reference agent makes in a second: one climate reading, a tenth of a thermometer's, four channels.
    private static final double EVENTS_PER_SECOND = 1 + 0.1 + 4 * 10;

    private final Settings settings;
    private final TimeSource time;
    private final PrintStream out;
    private final List<Program> programs = new ArrayList<>();
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
        Files.createDirectories(settings.folder());
        var board = FiledBoard.make(settings.folder().resolve("board"));
        var certificate = SelfSigned.make(settings.folder());
        int mqttPort = Program.freePort();
        int tlsPort = Program.freePort();
        int kafkaPort = Program.freePort();
        try {
            programs.add(Program.mosquitto(settings.folder(), mqttPort, """
                    user %s
                    listener %d 127.0.0.1
                    certfile %s
                    keyfile %s
                    """.formatted(
                            System.getProperty("user.name"), tlsPort, certificate.certificate(), certificate.key())));
            var kafka = Program.java(
                    "kafka",
                    settings.folder().resolve("kafka.log"),
                    List.of("-Xmx1g"),
                    "io.pinstream.sim.Main",
                    List.of(
                            "kafka",
                            "--port",
                            "" + kafkaPort,
                            "--data",
                            settings.folder().resolve("kafka").toString()));
            programs.add(kafka);
            kafka.awaitPort(kafkaPort);
            var config = settings.folder().resolve("hub.yaml");
            Files.writeString(config, """
                    broker: {url: "tcp://127.0.0.1:%d"}
                    kafka: {bootstrap-servers: "127.0.0.1:%d"}
                    web: {port: 0}
                    """.formatted(mqttPort, kafkaPort));
            var hub = Program.java(
                    "hub",
                    settings.folder().resolve("hub.log"),
                    List.of("-Xmx512m"),
                    "io.pinstream.hub.Main",
                    List.of("run", "--config", config.toString()));
            programs.add(hub);
            hub.awaitOutput("lane is open lane=3");
            out.printf(
                    "%d cores, Java %s; %.1f events/s from six sensors, TLS, packs of a second; resident after %d s%n",
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version(),
                    EVENTS_PER_SECOND,
                    settings.seconds());
            for (var choice : CHOICES) {
                measure(choice, new Place(board, certificate.certificate(), mqttPort, tlsPort));
            }
        } finally {
            programs.reversed().forEach(Program::close);
        }
    }

    /// What an agent of this benchmark finds around it.
    private record Place(Path board, Path authority, int mqttPort, int tlsPort) {}

    private void measure(Choice choice, Place place) throws IOException, InterruptedException {
        var options = new ArrayList<>(choice.options);
        options.add("--enable-native-access=ALL-UNNAMED");
        if (choice.aot) {
            var cache = settings.folder().resolve("agent-" + made + ".aot");
            var training = new ArrayList<>(options);
            training.add("-XX:AOTCacheOutput=" + cache);
            started(training, place, "200ms", Duration.ofSeconds(10));
            options.add("-XX:AOTCache=" + cache);
        }
        var outbox = new double[settings.starts()];
        var acknowledged = new double[settings.starts()];
        for (int i = 0; i < settings.starts(); i++) {
            var start = started(options, place, "200ms", Duration.ZERO);
            outbox[i] = start.outboxMillis;
            acknowledged[i] = start.acknowledgedMillis;
        }
        var steady = started(options, place, "1s", Duration.ofSeconds(settings.seconds()));
        out.printf(
                "%-42s %3d MiB resident; %.2f %% of a core; first event in the outbox after %,.0f ms, first pack"
                        + " acknowledged after %,.0f ms%n",
                choice.name, steady.residentMiB, steady.cpuShare * 100, middle(outbox), middle(acknowledged));
    }

    /// @param cpuShare of one core, over the second half of the time
    private record Start(double outboxMillis, double acknowledgedMillis, long residentMiB, double cpuShare) {}

    /// Starts an agent with an outbox of its own and lets it run until its first pack is acknowledged, and then
    /// for a while.
    private Start started(List<String> options, Place place, String linger, Duration more)
            throws IOException, InterruptedException {
        var device = new DeviceId("bench-" + ++made);
        var home = Files.createDirectories(settings.folder().resolve(device.value()));
        var config = home.resolve("agent.yaml");
        Files.writeString(config, """
                device: %s
                broker: {url: "tls://localhost:%d", tls: {ca: "%s"}}
                outbox: {folder: "%s"}
                packs: {linger: %s}
                board: {root: "%s"}
                sensors:
                %s""".formatted(
                        device,
                        place.tlsPort,
                        place.authority,
                        home.resolve("outbox"),
                        linger,
                        place.board,
                        FiledBoard.SENSORS));
        var acked = new CountDownLatch(1);
        var codec = new MessageCodec(new Topics(Topics.DEFAULT_PREFIX));
        try (var answers = new RawMqtt(place.mqttPort, "watch-" + device, envelope -> {
            if (codec.decode(envelope) instanceof MessageCodec.Decoded.Good(Message.Ack _)) {
                acked.countDown();
            }
        })) {
            answers.subscribe(new Topics(Topics.DEFAULT_PREFIX).down(device));
            long begin = time.nanos();
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(options);
            command.addAll(
                    List.of("-cp", settings.classPath(), "io.pinstream.agent.Main", "run", "-c", config.toString()));
            try (var agent = Program.start(device.value(), home.resolve("agent.log"), command)) {
                awaitOutbox(home.resolve("outbox"), agent);
                double outboxMillis = (time.nanos() - begin) / 1e6;
                if (!acked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IOException(
                            "no pack was acknowledged within %d s:%n%s".formatted(LIMIT.toSeconds(), agent.output()));
                }
                double acknowledgedMillis = (time.nanos() - begin) / 1e6;
                Thread.sleep(more.dividedBy(2));
                long half = time.nanos();
                var before = ProcessFigures.of(agent.pid());
                Thread.sleep(more.dividedBy(2));
                var after = ProcessFigures.of(agent.pid());
                double share = after.cpuSecondsSince(before) / Math.max(1e-9, (time.nanos() - half) / 1e9);
                int ended = agent.stop();
                if (ended != 0) {
                    throw new IOException("the agent ended with %d:%n%s".formatted(ended, agent.output()));
                }
                return new Start(outboxMillis, acknowledgedMillis, after.residentMiB(), share);
            }
        }
    }

    private void awaitOutbox(Path folder, Program agent) throws IOException, InterruptedException {
        long end = time.nanos() + LIMIT.toNanos();
        while (!Files.isDirectory(folder) || OutboxReport.read(folder).lastRow() == 0) {
            if (!agent.isAlive() || time.nanos() > end) {
                throw new IOException("nothing came into the outbox:%n%s".formatted(agent.output()));
            }
            Thread.sleep(LOOK);
        }
    }

    private static double middle(double[] figures) {
        Arrays.sort(figures);
        return figures[figures.length / 2];
    }
}
