package io.pinstream.sim.bench;

import io.pinstream.sim.mqtt.RawMqtt;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Measures the line as separate processes: mosquitto, a Kafka node, the hub, and load generators in this one.
///
/// Beside the hub, in the same run, stand the naive loop and Kafka's own producer: absolute figures drift on
/// shared machines, ratios within a run do not.
public final class Bench {
    /// What to measure.
    ///
    /// @param events how many events a run sends
    /// @param packSizes events in a pack, one run each
    /// @param connections load generators, each with its own connection
    /// @param devices devices of each connection
    /// @param folder for data and logs of the processes; kept, so that they can be read
    public record Settings(long events, List<Integer> packSizes, int connections, int devices, Path folder) {}

    private static final int PARTITIONS = 8;
    private static final Duration STALL = Duration.ofSeconds(60);

    private final Settings settings;
    private final TimeSource time;
    private final PrintStream out;
    private final LongAdder resent = new LongAdder();
    private double producer;
    private final SequencedMap<String, Program> programs = new LinkedHashMap<>();

    public Bench(Settings settings, TimeSource time, PrintStream out) {
        this.settings = settings;
        this.time = time;
        this.out = out;
    }

    /// Runs everything and prints it.
    ///
    /// @return whether `audit` found nothing lost and nothing twice
    public boolean run() throws IOException, InterruptedException, ExecutionException {
        Files.createDirectories(settings.folder());
        int mqttPort = Program.freePort();
        int kafkaPort = Program.freePort();
        var bootstrap = "127.0.0.1:" + kafkaPort;
        try {
            start("mosquitto", Program.mosquitto(settings.folder(), mqttPort));
            var kafka = start(
                    "kafka",
                    java(
                            "kafka",
                            "io.pinstream.sim.Main",
                            "kafka",
                            "--port",
                            "" + kafkaPort,
                            "--data",
                            settings.folder().resolve("kafka").toString()));
            kafka.awaitPort(kafkaPort);
            machine();
            producer = KafkaBaseline.recordsPerSecond(bootstrap, topic(bootstrap, "baseline"), settings.events(), time);
            out.printf("%-28s %9.0f records/s%n", "Kafka producer alone", producer);
            warmUp(mqttPort);
            double naive = naive(bootstrap, mqttPort);
            boolean clean = hub(bootstrap, mqttPort, naive);
            return clean;
        } finally {
            programs.sequencedValues().reversed().forEach(Program::close);
        }
    }

    private void machine() {
        out.printf(
                "%d cores, %s %s, Java %s, heap of this process %d MiB; %,d events a run%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version(),
                Runtime.getRuntime().maxMemory() >> 20,
                settings.events());
    }

    /// The generator's own code must be compiled before it measures anything.
    private void warmUp(int mqttPort) throws IOException, InterruptedException {
        try (var mqtt = new RawMqtt(mqttPort, "warm-up", _ -> {})) {
            for (int i = 0; i < 50_000; i++) {
                mqtt.publish(NaiveLoad.message(i));
            }
            mqtt.drain(STALL);
        }
    }

    /// The naive loop: one reading a message, as fast as it takes them.
    private double naive(String bootstrap, int mqttPort) throws IOException, InterruptedException, ExecutionException {
        var topic = topic(bootstrap, "naive");
        var loop = start(
                "naive",
                java("naive", "io.pinstream.sim.Main", "naive", "--mqtt", "" + mqttPort, "--kafka", bootstrap));
        loop.awaitOutput("ready");
        measureNaive("naive, warm-up", bootstrap, topic, mqttPort, Math.max(50_000, settings.events() / 5));
        var result = measureNaive("naive, 1 event a message", bootstrap, topic, mqttPort, settings.events());
        out.println(result.line());
        loop.close();
        programs.remove("naive");
        return result.eventsPerSecond();
    }

    private Result measureNaive(String name, String bootstrap, String topic, int mqttPort, long events)
            throws IOException, InterruptedException, ExecutionException {
        long before = records(bootstrap, topic);
        return measure(name, List.of("mosquitto", "kafka", "naive"), events, () -> {
            long each = events / settings.connections();
            inParallel(connection -> {
                try (var mqtt = new RawMqtt(mqttPort, "load-" + connection, _ -> {})) {
                    for (long i = 0; i < each; i++) {
                        mqtt.publish(NaiveLoad.message(i));
                    }
                    mqtt.drain(STALL);
                }
                return 0L;
            });
            awaitRecords(bootstrap, topic, before + each * settings.connections());
            return Map.of();
        });
    }

    /// The hub, with exactly once on, at each pack size; then the audit.
    private boolean hub(String bootstrap, int mqttPort, double naive)
            throws IOException, InterruptedException, ExecutionException {
        var config = settings.folder().resolve("hub.yaml");
        Files.writeString(config, """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "%s"}
                web: {port: %d}
                """.formatted(mqttPort, bootstrap, Program.freePort()));
        var hub = start("hub", java("hub", "io.pinstream.hub.Main", "run", "--config", config.toString()));
        hub.awaitOutput("lane is open lane=3");
        // As many messages as the naive loop had before it was measured.
        run("warm-up", mqttPort, 1, Math.max(50_000, settings.events() / 5), 0);
        run("warm-up", mqttPort, 10, Math.max(50_000, settings.events() / 5), 0);
        for (int size : settings.packSizes()) {
            var result = run("pinstream, packs of " + size, mqttPort, size, settings.events(), 0);
            out.printf(
                    "%s  %.2f x naive, %.2f x producer; %,d packs sent again%n",
                    result.line(),
                    result.eventsPerSecond() / naive,
                    result.eventsPerSecond() / producer,
                    resent.sumThenReset());
        }
        var paced = run("pinstream, 1,000 packs/s of 1", mqttPort, 1, Math.min(10_000, settings.events()), 1_000);
        out.println(paced.line());
        var audit = Program.java(
                "audit",
                settings.folder().resolve("audit.log"),
                List.of(),
                "io.pinstream.hub.Main",
                List.of("audit", "--config", config.toString()));
        int exit = audit.waitFor(Duration.ofMinutes(5));
        out.println(audit.output().lines().reduce((_, last) -> last).orElse("audit printed nothing"));
        return exit == 0;
    }

    private Result run(String name, int mqttPort, int size, long events, double packsPerSecond)
            throws IOException, InterruptedException, ExecutionException {
        long packs = events / size / settings.connections() / settings.devices();
        long sent = packs * size * settings.connections() * settings.devices();
        return measure(name, List.of("mosquitto", "kafka", "hub"), sent, () -> {
            var latencies = new ArrayList<long[]>();
            inParallel(connection -> {
                var load = new LoadGenerator.Load(
                        settings.devices(), packs, size, packsPerSecond / settings.connections());
                var client =
                        "%s-%d-%d".formatted(name.replaceAll("[^a-z0-9]+", "-"), connection, time.nanos() & 0xffff);
                try (var generator = new LoadGenerator(mqttPort, client, load, time)) {
                    generator.run();
                    synchronized (latencies) {
                        latencies.add(generator.latencyMicros());
                    }
                    resent.add(generator.resent());
                    return generator.resent();
                }
            });
            return percentiles(latencies);
        });
    }

    private static Map<String, Long> percentiles(List<long[]> latencies) {
        var all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        var named = new LinkedHashMap<String, Long>();
        if (all.length > 0) {
            named.put("p50", all[all.length / 2]);
            named.put("p99", all[(int) (all.length * 0.99)]);
        }
        return named;
    }

    private Result measure(String name, List<String> processes, long events, Callable<Map<String, Long>> work)
            throws IOException, InterruptedException, ExecutionException {
        var before = new LinkedHashMap<String, ProcessFigures>();
        for (var process : processes) {
            before.put(process, ProcessFigures.of(pid(process)));
        }
        long start = time.nanos();
        Map<String, Long> latency;
        try {
            latency = work.call();
        } catch (IOException | InterruptedException | ExecutionException | RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException(failure);
        }
        double seconds = (time.nanos() - start) / 1e9;
        var cpu = new LinkedHashMap<String, Double>();
        var resident = new LinkedHashMap<String, Long>();
        for (var process : processes) {
            var now = ProcessFigures.of(pid(process));
            cpu.put(process, now.cpuSecondsSince(Objects.requireNonNull(before.get(process))));
            resident.put(process, now.residentMiB());
        }
        return new Result(name, events, seconds, cpu, resident, latency);
    }

    /// One connection's share of a run.
    private interface Share {
        long run(int connection) throws IOException, InterruptedException;
    }

    private void inParallel(Share share) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(settings.connections())) {
            var running = new ArrayList<Future<Long>>();
            for (int i = 0; i < settings.connections(); i++) {
                int connection = i;
                running.add(threads.submit(() -> share.run(connection)));
            }
            for (var one : running) {
                one.get();
            }
        }
    }

    private static String topic(String bootstrap, String name) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        return name;
    }

    private static long records(String bootstrap, String topic) throws InterruptedException, ExecutionException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var asked = new LinkedHashMap<TopicPartition, OffsetSpec>();
            for (int i = 0; i < PARTITIONS; i++) {
                asked.put(new TopicPartition(topic, i), OffsetSpec.latest());
            }
            return admin.listOffsets(asked).all().get().values().stream()
                    .mapToLong(o -> o.offset())
                    .sum();
        }
    }

    private void awaitRecords(String bootstrap, String topic, long expected)
            throws InterruptedException, ExecutionException, IOException {
        long last = -1;
        long lastChange = time.nanos();
        while (true) {
            long now = records(bootstrap, topic);
            if (now >= expected) {
                return;
            }
            if (now != last) {
                last = now;
                lastChange = time.nanos();
            } else if (time.nanos() - lastChange > STALL.toNanos()) {
                throw new IOException("the naive loop stopped at %,d of %,d records".formatted(now, expected));
            }
            Thread.sleep(Duration.ofMillis(20));
        }
    }

    private Program start(String name, Program program) {
        programs.put(name, program);
        return program;
    }

    private Program java(String name, String mainClass, String... arguments) throws IOException {
        var heap = name.equals("kafka") ? "-Xmx1g" : "-Xmx512m";
        return Program.java(
                name, settings.folder().resolve(name + ".log"), List.of(heap), mainClass, List.of(arguments));
    }

    private long pid(String process) {
        return Objects.requireNonNull(programs.get(process)).pid();
    }
}
