package io.pinstream.sim.bench;

import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/// How much later than a plain read_committed consumer of the events topic each kind of receiver has an event: a
/// hub in a process of its own, 100 devices, 1,000 events a second of all of them, one receiver at a time in turns,
/// each after a warm-up of its own hub.
final class OutletLatency {
    private static final int DEVICES = 100;
    private static final int RATE = 1_000;
    private static final int WARM_UP = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final OutletBench.Servers servers;
    private final int seconds;
    private final String only;
    private final TimeSource time = TimeSource.system();
    private final int mqtt;
    private final int page;
    private int number;

    OutletLatency(OutletBench.Servers servers, int seconds, String only) throws IOException {
        this.servers = servers;
        this.seconds = seconds;
        this.only = only;
        this.mqtt = Program.freePort();
        this.page = Program.freePort();
    }

    /// Begins to receive.
    @FunctionalInterface
    interface Opening {
        Receivers.Receiver open(Heard heard) throws Exception;
    }

    void run() throws Exception {
        servers.kafka().topic("mirror", 3);
        int web = Program.freePort();
        int bridge = Program.freePort();
        int grid = Program.freePort();
        var kafka = servers.kafka().bootstrapServers();
        try (var broker = Program.mosquitto(servers.folder(), mqtt)) {
            System.out.printf(
                    "%d devices, %,d events/s, %d s each; later than a plain consumer of Kafka; broker %d%n",
                    DEVICES, RATE, seconds, broker.pid());
            System.out.println("| receiver | events | p50 | p99 |");
            System.out.println("|---|---|---|---|");
            measure("SSE", "", heard -> Receivers.events(page, "", heard));
            measure("Socket.IO", "", heard -> Receivers.socket(page, "{}", heard));
            measure(
                    "kafka",
                    "{type: kafka, to: {bootstrap-servers: \"%s\", topic: mirror}}".formatted(kafka),
                    heard -> Receivers.kafka(kafka, "mirror", heard));
            var redis = "url: \"redis://127.0.0.1:%d\", password: geheim"
                    .formatted(servers.redis().port());
            measure(
                    "redis, publish",
                    "{type: redis, to: {%s}}".formatted(redis),
                    heard -> Receivers.channel(servers, heard));
            measure(
                    "redis, stream",
                    "{type: redis, to: {%s, mode: stream, channel: latency}}".formatted(redis),
                    heard -> Receivers.stream(servers, "latency", heard));
            measure(
                    "rabbitmq",
                    "{type: rabbitmq, to: {url: \"amqp://127.0.0.1:%d\", exchange: latency, queue: latency}}"
                            .formatted(servers.rabbit().port()),
                    heard -> Receivers.queue(servers, "latency", heard));
            measure(
                    "http, batch",
                    "{type: http, to: {url: \"http://127.0.0.1:%d/\", format: batch}}".formatted(web),
                    heard -> Receivers.webhook(web, heard));
            measure(
                    "eventbridge (stand-in)",
                    "{type: eventbridge, to: {region: eu-central-1, endpoint: \"http://localhost:%d\"}}"
                            .formatted(bridge),
                    heard -> Receivers.cloud(servers, bridge, false, heard));
            measure(
                    "eventgrid (stand-in)",
                    "{type: eventgrid, to: {endpoint: \"https://localhost:%d\", key: \"%s\", tls: {ca: \"%s\"}}}"
                            .formatted(
                                    grid,
                                    OutletBench.Servers.GRID_KEY,
                                    servers.pair().certificate()),
                    heard -> Receivers.cloud(servers, grid, true, heard));
        }
    }

    private void measure(String name, String outlet, Opening opening) throws Exception {
        if (!name.contains(only)) {
            return;
        }
        var config = servers.folder().resolve("hub-%d.yaml".formatted(++number));
        Files.writeString(config, """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "%s"}
                web: {port: %d}
                %s
                """.formatted(
                        mqtt,
                        servers.kafka().bootstrapServers(),
                        page,
                        outlet.isEmpty()
                                ? ""
                                : "outlets: {measured: %s}".formatted(outlet.replaceFirst("\\{", "{start: newest, "))));
        try (var hub = Program.java(
                "hub-" + number,
                servers.folder().resolve("hub-%d.log".formatted(number)),
                List.of("-Xmx512m", "-Daws.accessKeyId=AKIDEXAMPLE", "-Daws.secretAccessKey=stand-in"),
                "io.pinstream.hub.Main",
                List.of("run", "--config", config.toString()))) {
            hub.awaitOutput("lane is open lane=3");
            var heard = new Heard(time);
            try (var _ = opening.open(heard)) {
                awaitFirst(heard);
                load("warm-" + number, WARM_UP);
                report(name, heard);
            }
        }
    }

    /// A receiver is ready when something has come.
    private void awaitFirst(Heard heard) throws IOException, InterruptedException {
        for (int i = 0; i < 60; i++) {
            var device = "first-%d-%d".formatted(number, i);
            try (var generator = new LoadGenerator(mqtt, device, new LoadGenerator.Load(1, 1, 1, 0), time)) {
                generator.run();
            }
            if (heard.await(1, Duration.ofMillis(500))) {
                return;
            }
        }
        throw new IOException("nothing comes");
    }

    private long load(String prefix, int duration) throws IOException, InterruptedException {
        long packs = (long) RATE * duration / DEVICES;
        try (var generator = new LoadGenerator(mqtt, prefix, new LoadGenerator.Load(DEVICES, packs, 1, RATE), time)) {
            generator.run();
        }
        return packs * DEVICES;
    }

    private void report(String name, Heard heard) throws IOException, InterruptedException {
        try (var reference = new TopicWatch(servers.kafka().bootstrapServers(), time)) {
            long expected = load("measured-" + number, seconds);
            reference.awaitEvents(expected, PATIENCE);
            boolean complete = heard.await(reference, expected, PATIENCE);
            var late = heard.laterThan(reference);
            System.out.printf(
                    "| %s | %,d%s | %.1f ms | %.1f ms |%n",
                    name,
                    late.length,
                    complete ? "" : " of %,d".formatted(expected),
                    percentile(late, 0.50),
                    percentile(late, 0.99));
        }
    }

    private static double percentile(long[] sortedNanos, double part) {
        return sortedNanos.length == 0 ? Double.NaN : sortedNanos[(int) ((sortedNanos.length - 1) * part)] / 1e6;
    }
}
