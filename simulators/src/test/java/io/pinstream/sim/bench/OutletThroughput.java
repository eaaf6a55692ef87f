package io.pinstream.sim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.config.ConfigTree;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.GroupMember;
import io.pinstream.hub.log.KafkaForeignLog;
import io.pinstream.hub.log.KafkaOutletLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.KafkaTopics;
import io.pinstream.hub.outlet.OutletSections;
import io.pinstream.hub.outlet.Outlets;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// How fast outlets drain what waits in Kafka, in rounds that take turns with two plain clients of the same library:
/// one that has its messages ready in memory, and one that reads them from Kafka and passes their values on as
/// they are. The first round warms up and does not count; of the others the medians do, that of the ratio, too.
final class OutletThroughput {
    private static final int EVENTS = 400_000;
    private static final int PREPARED = 20_000;
    private static final int CALL = 5_000;
    private static final int DEVICES = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final OutletBench.Servers servers;
    private final int rounds;
    private final String only;
    private final TimeSource time = TimeSource.system();
    private final KafkaSettings kafka;
    private final List<PlainClient.Message> messages = new ArrayList<>();
    private int number;

    OutletThroughput(OutletBench.Servers servers, int rounds, String only) throws IOException, InterruptedException {
        this.servers = servers;
        this.rounds = rounds;
        this.only = only;
        this.kafka =
                new KafkaSettings(servers.kafka().bootstrapServers(), Map.of(), "bench", 4, 3, 0, Duration.ofDays(7));
        KafkaTopics.create(kafka);
    }

    /// Makes a plain client.
    @FunctionalInterface
    private interface Opening<P> {
        PlainClient<P> open() throws Exception;
    }

    /// @param rate events a second
    /// @param cpu seconds of this process for a million of them
    private record Figure(double rate, double cpu) {}

    void run() throws Exception {
        servers.kafka().topic("mirror", 3);
        servers.kafka().topic("plain", 3);
        fill();
        System.out.printf("%d rounds in turns, medians; CPU: seconds of this process for a million events%n", rounds);
        System.out.println("| outlet | events/s | plain client | ratio | plain, from Kafka | ratio |"
                + " CPU outlet | plain | plain, from Kafka |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        var consumer = median(rates(() -> fromKafka(new PlainClients.Nothing(), EVENTS)));
        redis();
        rabbit();
        compare(
                "kafka",
                EVENTS,
                "kafka",
                "bootstrap-servers: \"%s\", topic: mirror"
                        .formatted(servers.kafka().bootstrapServers()),
                () -> new PlainClients.Producing(servers.kafka()));
        web();
        System.out.printf("| Kafka's own consumer | %,.0f | | | | | | | |%n", consumer);
        live();
    }

    /// Something that is measured.
    @FunctionalInterface
    private interface Measuring {
        Figure measure() throws Exception;
    }

    private double[] rates(Measuring measuring) throws Exception {
        measuring.measure();
        var rates = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            rates[i] = measuring.measure().rate();
        }
        return rates;
    }

    /// One client of a hub's live streams that catches up.
    private void live() throws Exception {
        int page = Program.freePort();
        int mqtt = Program.freePort();
        var config = servers.folder().resolve("hub.yaml");
        Files.writeString(config, """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "%s", prefix: bench}
                web: {port: %d}
                """.formatted(mqtt, kafka.bootstrapServers(), page));
        try (var broker = Program.mosquitto(servers.folder(), mqtt);
                var hub = Program.java(
                        "hub",
                        servers.folder().resolve("hub.log"),
                        List.of("-Xmx512m"),
                        "io.pinstream.hub.Main",
                        List.of("run", "--config", config.toString()))) {
            broker.awaitPort(mqtt);
            hub.awaitPort(page);
            catchUp("SSE, one client", heard -> Receivers.events(page, "?since=1h", heard));
            catchUp("Socket.IO, one client", heard -> Receivers.socket(page, "{\"since\":\"1h\"}", heard));
        }
    }

    private void catchUp(String name, OutletLatency.Opening opening) throws Exception {
        if (!name.contains(only)) {
            return;
        }
        var rates = rates(() -> {
            var heard = new Heard(time);
            try (var _ = opening.open(heard)) {
                if (!heard.await(1, PATIENCE)) {
                    throw new IOException("nothing comes");
                }
                long before = heard.count();
                var watch = new Watch();
                if (!heard.await(EVENTS / 4, PATIENCE)) {
                    throw new IOException("only %,d events have come".formatted(heard.count()));
                }
                return watch.figure(heard.count() - before);
            }
        });
        System.out.printf("| %s | %,.0f | | | | | | | |%n", name, median(rates));
    }

    private void redis() throws Exception {
        var here = "url: \"redis://127.0.0.1:%d\", password: geheim"
                .formatted(servers.redis().port());
        try (var listener = servers.sinkhole("redis", servers.redis().port())) {
            if (listener.isAlive()) {
                compare("redis, publish", EVENTS, "redis", here, () -> new PlainClients.Publishing(servers.redis()));
            }
        }
        compare(
                "redis, publish, nobody listens",
                EVENTS,
                "redis",
                here,
                () -> new PlainClients.Publishing(servers.redis()));
        compare(
                "redis, stream",
                EVENTS / 2,
                "redis",
                here + ", mode: stream",
                () -> new PlainClients.Adding(servers.redis()));
    }

    private void rabbit() throws Exception {
        var broker = "url: \"amqp://127.0.0.1:%d\", queue: bench, exchange: bench"
                .formatted(servers.rabbit().port());
        Opening<PlainClients.Confirmed.Post> plain = () -> {
            purge();
            return new PlainClients.Confirmed(servers.rabbit(), "bench");
        };
        compare("rabbitmq", EVENTS / 10, "rabbitmq", broker, plain);
        compare("rabbitmq, strict-order: false", EVENTS / 10, "rabbitmq", broker + ", strict-order: false", plain);
    }

    private void purge() throws Exception {
        try (var connection = servers.rabbit().connect();
                var channel = connection.createChannel()) {
            channel.queueDeclare("bench", true, false, false, Map.of("x-queue-type", "quorum"));
            channel.queuePurge("bench");
        }
    }

    private void web() throws Exception {
        int web = Program.freePort();
        int bridge = Program.freePort();
        int grid = Program.freePort();
        try (var sinkhole = servers.sinkhole("web", web);
                var aws = cloud("aws", bridge);
                var azure = cloud(
                        "azure",
                        grid,
                        "--https",
                        "--folder",
                        servers.folder().resolve("azure").toString())) {
            sinkhole.awaitPort(web);
            aws.awaitPort(bridge);
            azure.awaitPort(grid);
            var url = "http://127.0.0.1:%d/".formatted(web);
            compare(
                    "http, batch",
                    EVENTS / 4,
                    "http",
                    "url: \"%s\", format: batch".formatted(url),
                    () -> new PlainClients.Posting(url, Map.of(), Tls.DEFAULT.context()));
            compare(
                    "eventbridge (stand-in)",
                    EVENTS / 40,
                    "eventbridge",
                    "region: eu-central-1, endpoint: \"http://localhost:%d\"".formatted(bridge),
                    () -> new PlainClients.Putting("http://localhost:%d".formatted(bridge)));
            var certificate = servers.folder().resolve("azure").resolve("server.crt");
            compare(
                    "eventgrid (stand-in)",
                    EVENTS / 10,
                    "eventgrid",
                    "endpoint: \"https://localhost:%d\", key: \"%s\", tls: {ca: \"%s\"}"
                            .formatted(grid, OutletBench.Servers.GRID_KEY, certificate),
                    () -> new PlainClients.Posting(
                            "https://localhost:%d/api/events?api-version=2018-01-01".formatted(grid),
                            Map.of("aeg-sas-key", OutletBench.Servers.GRID_KEY),
                            new Tls(Optional.of(certificate), Optional.empty(), Optional.empty()).context()));
        }
    }

    private Program cloud(String name, int port, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("cloud", "--port", "" + port));
        arguments.addAll(List.of(more));
        return Program.java(
                name, servers.folder().resolve(name + ".log"), List.of(), "io.pinstream.sim.Main", arguments);
    }

    private void fill() throws Exception {
        try (var log = KafkaForeignLog.open(kafka, "bench", time)) {
            for (int i = 0; i < EVENTS; i++) {
                var event = new Event(
                        Event.Kind.SAMPLE,
                        new SensorId("air"),
                        time.instant(),
                        Quality.GOOD,
                        List.of(
                                Measurement.of(Quantity.TEMPERATURE, i % 40),
                                Measurement.of(Quantity.HUMIDITY, i % 100)));
                log.event(new DeviceId("device-" + i % DEVICES), "bench/" + i, event);
                if (i % 1_000 == 999 || i == EVENTS - 1) {
                    log.commit();
                }
            }
        }
        try (var member = new KafkaOutletLog(kafka, time)
                .join("plain", GroupMember.Source.EVENTS, GroupMember.Start.OLDEST, CALL, (_, _) -> {})) {
            while (messages.size() < PREPARED) {
                member.poll(Duration.ofMillis(200), true).events().forEach(event -> messages.add(message(event)));
            }
        }
    }

    private static PlainClient.Message message(CloudEvent event) {
        var attributes = new ArrayList<PlainClient.Attribute>();
        event.attributes((name, value) -> attributes.add(new PlainClient.Attribute(name, value)));
        return new PlainClient.Message(event.device(), attributes, event.data(), event.jsonBytes());
    }

    private <P> void compare(String name, int count, String type, String to, Opening<P> opening) throws Exception {
        if (!name.contains(only)) {
            return;
        }
        var ours = new ArrayList<Figure>();
        var memory = new ArrayList<Figure>();
        var fromKafka = new ArrayList<Figure>();
        for (int i = 0; i <= rounds; i++) {
            ours.add(drain(type, to, count));
            try (var client = opening.open()) {
                memory.add(fromMemory(client, count));
            }
            try (var client = opening.open()) {
                fromKafka.add(fromKafka(client, count));
            }
        }
        List.of(ours, memory, fromKafka).forEach(List::removeFirst);
        System.out.printf(
                "| %s | %,.0f | %,.0f | %.2f | %,.0f | %.2f | %.1f | %.1f | %.1f |%n",
                name,
                rate(ours),
                rate(memory),
                ratio(ours, memory),
                rate(fromKafka),
                ratio(ours, fromKafka),
                cpu(ours),
                cpu(memory),
                cpu(fromKafka));
    }

    private static double rate(List<Figure> figures) {
        return median(figures.stream().mapToDouble(Figure::rate).toArray());
    }

    private static double cpu(List<Figure> figures) {
        return median(figures.stream().mapToDouble(Figure::cpu).toArray());
    }

    private static double ratio(List<Figure> ours, List<Figure> theirs) {
        var ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours.get(i).rate() / theirs.get(i).rate();
        }
        return median(ratios);
    }

    private static double median(double[] figures) {
        Arrays.sort(figures);
        return (figures[(figures.length - 1) / 2] + figures[figures.length / 2]) / 2;
    }

    /// Since a moment.
    private final class Watch {
        private final long cpu = cpuNanos();
        private final long begun = time.nanos();

        Figure figure(long events) {
            return new Figure(events * 1e9 / (time.nanos() - begun), (cpuNanos() - cpu) / 1e3 / events);
        }

        private static long cpuNanos() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .orElseThrow()
                    .toNanos();
        }
    }

    /// From the first confirmation to the last one: joining a group is not what is measured.
    private Figure drain(String type, String to, int count) throws Exception {
        if (type.equals("rabbitmq")) {
            purge();
        }
        var tree = ConfigTree.parse(
                "hub.yaml", "outlets:\n  bench-%d: {type: %s, to: {%s}}\n".formatted(number++, type, to));
        try (var outlets =
                new Outlets(OutletSections.read(tree), new KafkaOutletLog(kafka, time), time, HubWatch.NONE)) {
            outlets.topicsMade();
            long first = 0;
            Watch watch = null;
            while (true) {
                var status = outlets.list().getFirst();
                if (watch == null && status.sent() > 0) {
                    first = status.sent();
                    watch = new Watch();
                }
                if (status.sent() >= count) {
                    return watch.figure(status.sent() - first);
                }
                if (!status.error().isEmpty()) {
                    throw new IllegalStateException(status.toString());
                }
                Thread.sleep(1); // a program that measures; nothing is decided by it
            }
        }
    }

    private <P> Figure fromMemory(PlainClient<P> client, int count) throws Exception {
        var prepared = messages.stream().map(client::prepare).toList();
        var watch = new Watch();
        for (int sent = 0; sent < count; sent += CALL) {
            int at = sent % PREPARED;
            client.send(prepared.subList(at, at + CALL));
        }
        client.finish();
        return watch.figure(count);
    }

    private <P> Figure fromKafka(PlainClient<P> client, int count) throws Exception {
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        "max.poll.records",
                        CALL,
                        "fetch.max.bytes",
                        8 << 20),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(kafka.events()).stream()
                    .map(its -> new TopicPartition(kafka.events(), its.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            partitions.forEach(consumer::position);
            var watch = new Watch();
            int sent = 0;
            while (sent < count) {
                var some = new ArrayList<P>();
                consumer.poll(Duration.ofMillis(200)).forEach(record -> some.add(client.prepare(message(record))));
                client.send(some);
                sent += some.size();
            }
            client.finish();
            return watch.figure(sent);
        }
    }

    private static PlainClient.Message message(ConsumerRecord<byte[], byte[]> record) {
        var attributes = StreamSupport.stream(record.headers().spliterator(), false)
                .filter(header -> header.key().startsWith("ce_"))
                .map(header -> new PlainClient.Attribute(header.key().substring(3), new String(header.value(), UTF_8)))
                .toList();
        return new PlainClient.Message(new String(record.key(), UTF_8), attributes, record.value(), record.value());
    }
}
