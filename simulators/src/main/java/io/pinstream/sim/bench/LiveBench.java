package io.pinstream.sim.bench;

import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Measures live streams: many clients on one hub, each of which watches one device, while all devices send.
///
/// What counts is how much later a client has an event than a plain consumer of the Kafka topic, in the same run
/// and on the same machine. It is measured twice: without, and with one client that never takes anything.
public final class LiveBench {
    /// @param clients live streams, and devices: each stream watches one of them
    /// @param eventsPerSecond of all devices together
    /// @param seconds how long each of the two measurements takes
    /// @param folder for data and logs of the processes
    public record Settings(int clients, int eventsPerSecond, int seconds, Path folder) {
        public Settings {
            if (clients < 1 || clients > 10_000) {
                throw new IllegalArgumentException("--live must be 1 to 10000, but was " + clients);
            }
        }
    }

    /// The hub finds out that a client has gone when it next writes to it, so those of the measurement before
    /// count.
    private static final int MEASUREMENTS = 3;

    private static final Duration STARTING = Duration.ofSeconds(60);
    private static final Duration LAST_ONES = Duration.ofSeconds(10);

    private final Settings settings;
    private final TimeSource time;
    private final PrintStream out;
    private final List<Program> programs = new ArrayList<>();

    public LiveBench(Settings settings, TimeSource time, PrintStream out) {
        this.settings = settings;
        this.time = time;
        this.out = out;
    }

    /// Runs everything and prints it.
    ///
    /// @return whether every client got every event of its device, once
    public boolean run() throws IOException, InterruptedException {
        Files.createDirectories(settings.folder());
        int mqttPort = Program.freePort();
        int kafkaPort = Program.freePort();
        int webPort = Program.freePort();
        try {
            programs.add(Program.mosquitto(settings.folder(), mqttPort));
            var kafka = java(
                    "kafka",
                    "io.pinstream.sim.Main",
                    "kafka",
                    "--port",
                    "" + kafkaPort,
                    "--data",
                    settings.folder().resolve("kafka").toString());
            kafka.awaitPort(kafkaPort);
            var config = settings.folder().resolve("hub.yaml");
            Files.writeString(
                    config, """
                    broker: {url: "tcp://127.0.0.1:%d"}
                    kafka: {bootstrap-servers: "127.0.0.1:%d"}
                    web: {port: %d}
                    live: {streams: %d}
                    """.formatted(mqttPort, kafkaPort, webPort, MEASUREMENTS * settings.clients() + 10));
            var hub = java("hub", "io.pinstream.hub.Main", "run", "--config", config.toString());
            hub.awaitOutput("lane is open lane=3");
            out.printf(
                    "%d cores, Java %s; %,d clients, each watches one device; %,d events/s of all devices%n",
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version(),
                    settings.clients(),
                    settings.eventsPerSecond());
            boolean warm = measure("warm-up", hub, mqttPort, kafkaPort, webPort, false);
            boolean quiet = measure("all clients read", hub, mqttPort, kafkaPort, webPort, false);
            boolean stuck = measure("one more never reads", hub, mqttPort, kafkaPort, webPort, true);
            return warm && quiet && stuck;
        } finally {
            programs.reversed().forEach(Program::close);
        }
    }

    private boolean measure(String name, Program hub, int mqttPort, int kafkaPort, int webPort, boolean oneStuck)
            throws IOException, InterruptedException {
        var prefix = name.replace(' ', '-');
        try (var reference = new TopicWatch("127.0.0.1:" + kafkaPort, time);
                var watchers = new Watchers(webPort, time)) {
            if (oneStuck) {
                watchers.stick();
            }
            for (int i = 0; i < settings.clients(); i++) {
                watchers.watch("%s-%03d".formatted(prefix, i));
            }
            watchers.awaitAll(STARTING);
            var before = ProcessFigures.of(hub.pid());
            long start = time.nanos();
            long packs = (long) settings.eventsPerSecond() * settings.seconds() / settings.clients();
            var load = new LoadGenerator.Load(settings.clients(), packs, 1, settings.eventsPerSecond());
            try (var generator = new LoadGenerator(mqttPort, prefix, load, time)) {
                generator.run();
            }
            long expected = packs * settings.clients();
            watchers.awaitEvents(expected, LAST_ONES);
            reference.awaitEvents(expected, LAST_ONES);
            double seconds = (time.nanos() - start) / 1e9;
            var after = ProcessFigures.of(hub.pid());
            var late = watchers.laterThan(reference);
            out.printf(
                    "%-22s %,7.0f events/s delivered; %,d of %,d, twice %,d; later than a plain consumer p50 %.1f ms,"
                            + " p99 %.1f ms; hub %.2f CPU-s per 1,000 delivered, %d MiB%n",
                    name,
                    watchers.events() / seconds,
                    watchers.events(),
                    expected,
                    watchers.twice(),
                    percentile(late, 0.50),
                    percentile(late, 0.99),
                    after.cpuSecondsSince(before) * 1_000 / Math.max(1, watchers.events()),
                    after.residentMiB());
            return watchers.events() == expected && watchers.twice() == 0;
        }
    }

    private static double percentile(long[] sortedNanos, double part) {
        return sortedNanos.length == 0 ? Double.NaN : sortedNanos[(int) ((sortedNanos.length - 1) * part)] / 1e6;
    }

    private Program java(String name, String mainClass, String... arguments) throws IOException {
        var program = Program.java(
                name,
                settings.folder().resolve(name + ".log"),
                List.of(name.equals("kafka") ? "-Xmx1g" : "-Xmx512m"),
                mainClass,
                List.of(arguments));
        programs.add(Objects.requireNonNull(program));
        return program;
    }
}
