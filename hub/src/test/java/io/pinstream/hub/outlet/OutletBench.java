package io.pinstream.hub.outlet;

import com.rabbitmq.client.AMQP;
import com.sun.net.httpserver.HttpServer;
import io.pinstream.config.ConfigTree;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.GroupMember;
import io.pinstream.hub.log.KafkaForeignLog;
import io.pinstream.hub.log.KafkaOutletLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.KafkaTopics;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.params.XAddParams;

/// Drains events through outlets of each type, and beside it, in the same run, sends the same events as fast as
/// the plain client can from memory: how much of that is left, and what a million events cost this process.
///
/// A program, not a test: `OutletBench [events] [rounds]` on the tests' class path. Kafka, Redis and RabbitMQ are
/// processes of their own on the same machine; the server of webhooks is in this one and counts with it.
final class OutletBench {
    private static final int DEVICES = 1_000;
    private static final int WINDOW = 1_000;

    private final TimeSource time = TimeSource.system();
    private final KafkaSettings kafka;
    private final int count;
    private final List<CloudEvent> events = new ArrayList<>();
    private int number;

    private OutletBench(KafkaServer server, int count) throws Exception {
        this.count = count;
        this.kafka = new KafkaSettings(server.bootstrapServers(), Map.of(), "bench", 4, 3, 0, Duration.ofDays(7));
        KafkaTopics.create(kafka);
    }

    /// One thing to measure.
    @FunctionalInterface
    private interface Work {
        /// @return events a second
        double run() throws Exception;
    }

    /// @param cpu seconds of this process for a million events
    private record Figure(double rate, double cpu) {}

    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        try (var kafka = new KafkaServer(Map.of());
                var redis = new RedisServer("--appendonly", "no")) {
            var rabbit = RabbitServer.shared();
            var bench = new OutletBench(kafka, count);
            kafka.topic("mirror", 3);
            kafka.topic("plain", 3);
            bench.fill();
            bench.compareAll(rounds, kafka, redis, rabbit);
        }
        System.exit(0);
    }

    private void fill() throws Exception {
        try (var log = KafkaForeignLog.open(kafka, "bench", time)) {
            for (int i = 0; i < count; i++) {
                var event = new Event(
                        Event.Kind.SAMPLE,
                        new SensorId("air"),
                        time.instant(),
                        Quality.GOOD,
                        List.of(
                                Measurement.of(Quantity.TEMPERATURE, i % 40),
                                Measurement.of(Quantity.HUMIDITY, i % 100)));
                log.event(new DeviceId("device-" + i % DEVICES), "bench/" + i, event);
                if (i % 1_000 == 999 || i == count - 1) {
                    log.commit();
                }
            }
        }
        try (var member = new KafkaOutletLog(kafka, time)
                .join("plain", GroupMember.Source.EVENTS, GroupMember.Start.OLDEST, 10_000, (_, _) -> {})) {
            while (events.size() < count) {
                events.addAll(member.poll(Duration.ofMillis(200), true).events());
            }
        }
    }

    private void compareAll(int rounds, KafkaServer kafka, RedisServer redis, RabbitServer rabbit) throws Exception {
        var here = "url: \"redis://127.0.0.1:%d\", password: geheim".formatted(redis.port());
        var broker = "url: \"amqp://127.0.0.1:%d\", queue: bench, exchange: bench".formatted(rabbit.port());
        var web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            try (exchange) {
                var _ = exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(204, -1);
            }
        });
        web.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        web.start();
        var url = "http://127.0.0.1:%d/".formatted(web.getAddress().getPort());
        System.out.println("| outlet | events/s | plain client | ratio | CPU-s per million | plain |");
        System.out.println("|---|---|---|---|---|---|");
        compare("redis, publish", rounds, () -> drain("redis", here), () -> publish(redis));
        compare("redis, stream", rounds, () -> drain("redis", here + ", mode: stream"), () -> add(redis));
        compare(
                "rabbitmq",
                rounds,
                () -> emptied(rabbit, () -> drain("rabbitmq", broker)),
                () -> emptied(rabbit, () -> confirmed(rabbit)));
        compare(
                "rabbitmq, strict-order: false",
                rounds,
                () -> emptied(rabbit, () -> drain("rabbitmq", broker + ", strict-order: false")),
                () -> emptied(rabbit, () -> confirmed(rabbit)));
        compare(
                "kafka",
                rounds,
                () -> drain("kafka", "bootstrap-servers: \"%s\", topic: mirror".formatted(kafka.bootstrapServers())),
                () -> produce(kafka));
        compare(
                "http, batch",
                rounds,
                () -> drain("http", "url: \"%s\", format: batch".formatted(url)),
                () -> post(url));
        web.stop(0);
    }

    private static double emptied(RabbitServer rabbit, Work work) throws Exception {
        double rate = work.run();
        try (var connection = rabbit.connect();
                var channel = connection.createChannel()) {
            channel.queuePurge("bench");
        }
        return rate;
    }

    /// The best of a few rounds, in turns, so that what the machine does otherwise meets both.
    private void compare(String name, int rounds, Work outlet, Work plain) throws Exception {
        var ours = new Figure(0, 0);
        var theirs = new Figure(0, 0);
        for (int i = 0; i < rounds; i++) {
            ours = better(ours, measured(outlet));
            theirs = better(theirs, measured(plain));
        }
        System.out.printf(
                "| %s | %,.0f | %,.0f | %.2f | %.1f | %.1f |%n",
                name, ours.rate(), theirs.rate(), ours.rate() / theirs.rate(), ours.cpu(), theirs.cpu());
    }

    private static Figure better(Figure one, Figure other) {
        return one.rate() > other.rate() ? one : other;
    }

    private Figure measured(Work work) throws Exception {
        long before = cpuNanos();
        double rate = work.run();
        return new Figure(rate, (cpuNanos() - before) / 1e9 * 1e6 / count);
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    /// From the first confirmation to the last one: joining a group is not what is measured.
    private double drain(String type, String to) throws Exception {
        var tree = ConfigTree.parse(
                "hub.yaml", "outlets:\n  bench-%d: {type: %s, to: {%s}}\n".formatted(number++, type, to));
        var read = OutletSections.read(tree);
        try (var outlets = new Outlets(read, new KafkaOutletLog(kafka, time), time, HubWatch.NONE)) {
            outlets.topicsMade();
            long first = 0;
            long begun = 0;
            while (true) {
                var status = outlets.list().getFirst();
                if (first == 0 && status.sent() > 0) {
                    first = status.sent();
                    begun = time.nanos();
                }
                if (status.sent() >= count) {
                    return rate(count - first, begun);
                }
                if (!status.error().isEmpty()) {
                    throw new IllegalStateException(status.toString());
                }
                Thread.sleep(1); // a program that measures; nothing is decided by it
            }
        }
    }

    private double rate(long sent, long begun) {
        return sent * 1e9 / (time.nanos() - begun);
    }

    private double publish(RedisServer redis) {
        var texts = events.stream().map(CloudEvent::json).toList();
        var channels =
                events.stream().map(event -> "pinstream." + event.device()).toList();
        try (var client = redis.client()) {
            long begun = time.nanos();
            for (int i = 0; i < count; ) {
                var pipeline = client.pipelined();
                for (int end = Math.min(count, i + 5_000); i < end; i++) {
                    pipeline.publish(channels.get(i), texts.get(i));
                }
                pipeline.sync();
            }
            return rate(count, begun);
        }
    }

    private double add(RedisServer redis) {
        var fields = events.stream()
                .map(event -> {
                    Map<String, String> its = new HashMap<>();
                    its.put("ce_specversion", "1.0");
                    event.attributes((name, value) -> its.put("ce_" + name, value));
                    its.put("content-type", "application/json");
                    its.put("data", new String(event.data(), StandardCharsets.UTF_8));
                    return its;
                })
                .toList();
        var keys = events.stream().map(event -> "plain." + event.device()).toList();
        var adding = XAddParams.xAddParams().maxLen(100_000).approximateTrimming();
        try (var client = redis.client()) {
            long begun = time.nanos();
            for (int i = 0; i < count; ) {
                var pipeline = client.pipelined();
                for (int end = Math.min(count, i + 5_000); i < end; i++) {
                    pipeline.xadd(keys.get(i), adding, fields.get(i));
                }
                pipeline.sync();
            }
            return rate(count, begun);
        }
    }

    /// As many unconfirmed as an outlet's window, for each confirmation another message.
    private double confirmed(RabbitServer rabbit) throws Exception {
        var messages = events.stream().map(OutletBench::properties).toList();
        var keys = events.stream().map(event -> event.device() + ".air").toList();
        try (var connection = rabbit.connect();
                var channel = connection.createChannel()) {
            channel.exchangeDeclare("bench", "topic", true);
            channel.queueDeclare("bench", true, false, false, Map.of("x-queue-type", "quorum"));
            channel.queueBind("bench", "bench", "#");
            channel.confirmSelect();
            var window = new Semaphore(WINDOW);
            var last = new long[1];
            channel.addConfirmListener(
                    (tag, multiple) -> {
                        window.release(multiple ? (int) (tag - last[0]) : 1);
                        last[0] = multiple ? tag : last[0] + 1;
                    },
                    (tag, multiple) -> {
                        throw new IllegalStateException("nack");
                    });
            long begun = time.nanos();
            for (int i = 0; i < count; i++) {
                window.acquire();
                channel.basicPublish(
                        "bench",
                        keys.get(i),
                        true,
                        messages.get(i),
                        events.get(i).data());
            }
            channel.waitForConfirmsOrDie(60_000);
            return rate(count, begun);
        }
    }

    private static AMQP.BasicProperties properties(CloudEvent event) {
        Map<String, Object> headers = new HashMap<>();
        headers.put("cloudEvents:specversion", "1.0");
        event.attributes((name, value) -> headers.put("cloudEvents:" + name, value));
        return new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .deliveryMode(2)
                .messageId(event.id())
                .type(event.type())
                .headers(headers)
                .build();
    }

    private double produce(KafkaServer kafka) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", kafka.bootstrapServers(), "acks", "all", "linger.ms", 5, "batch.size", 256 << 10);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var _ = producer.partitionsFor("plain");
            long begun = time.nanos();
            for (var event : events) {
                var record =
                        new ProducerRecord<>("plain", event.device().getBytes(StandardCharsets.UTF_8), event.data());
                record.headers().add("ce_specversion", "1.0".getBytes(StandardCharsets.UTF_8));
                event.attributes(
                        (name, value) -> record.headers().add("ce_" + name, value.getBytes(StandardCharsets.UTF_8)));
                var _ = producer.send(record);
            }
            producer.flush();
            return rate(count, begun);
        }
    }

    /// Batches of 100, which is the outlet's own figure.
    private double post(String url) throws Exception {
        var bodies = new ArrayList<String>();
        for (int i = 0; i < count; i += 100) {
            bodies.add("["
                    + String.join(
                            ",",
                            events.subList(i, Math.min(count, i + 100)).stream()
                                    .map(CloudEvent::json)
                                    .toList())
                    + "]");
        }
        try (var client = HttpClient.newHttpClient()) {
            long begun = time.nanos();
            for (var body : bodies) {
                var request = HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/cloudevents-batch+json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
                client.send(request, HttpResponse.BodyHandlers.discarding());
            }
            return rate(count, begun);
        }
    }
}
