package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.outlet.OutletStatus.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.StreamEntryID;

/// Redis, RabbitMQ and Kafka as targets: the real servers, on loopback.
class TargetsIT {
    private static Rabbit rabbit;

    private Line line;
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        line = new Line();
    }

    @AfterEach
    void stop() throws Exception {
        line.close();
        for (var process : processes) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void stopRabbit() throws Exception {
        if (rabbit != null) {
            rabbit.close();
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    // Redis.

    private Process redis(int port, Path folder) throws IOException {
        var process = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--dir",
                        folder.toString(),
                        "--appendonly",
                        "yes",
                        "--appendfsync",
                        "always",
                        "--requirepass",
                        "geheim")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        processes.add(process);
        await().atMost(Line.LIMIT).until(() -> answers(port));
        return process;
    }

    private static boolean answers(int port) {
        try (var redis = client(port)) {
            return redis.ping().equals("PONG");
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    private static Jedis client(int port) {
        var redis = new Jedis("127.0.0.1", port);
        redis.auth("geheim");
        return redis;
    }

    private static String redisYaml(int port, String more) {
        return """
                outlets:
                  redis:
                    type: redis
                    retry: {first: 10ms, longest: 200ms}
                    to: {url: "redis://127.0.0.1:%d", password: geheim, channel: "all.{device}"%s}
                """.formatted(port, more);
    }

    @Test
    void publishesToListenersOfRedisAndCountsWhatNobodyHeard() throws Exception {
        // Given
        int port = freePort();
        redis(port, RealKafka.folder("redis"));
        var heard = new CopyOnWriteArrayList<String>();
        var listener = new JedisPubSub() {
            @Override
            public void onPMessage(String pattern, String channel, String message) {
                heard.add(channel + " " + message);
            }
        };
        var thread = Thread.ofVirtual().start(() -> {
            try (var redis = client(port)) {
                redis.psubscribe(listener, "all.attic");
            }
        });
        await().atMost(Line.LIMIT).until(listener::isSubscribed);

        // When
        line.write("attic", 10);
        line.write("cellar", 4);
        var hub = line.hub(redisYaml(port, ""));

        // Then
        await().atMost(Line.LIMIT).until(() -> heard.size() == 10);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().unheard() == 4);
        assertThat(hub.list().getFirst().sent()).isEqualTo(14);
        var event = EventFormatProvider.getInstance()
                .resolveFormat(JsonFormat.CONTENT_TYPE)
                .deserialize(heard.get(3).substring("all.attic ".length()).getBytes(StandardCharsets.UTF_8));
        assertThat(event.getId()).isEqualTo("attic-3");
        listener.punsubscribe();
        thread.join();
    }

    @Test
    void addsToRedisStreamsThroughAKillWithoutLossAndWithoutRepeatsIfRedisRefusesThem() throws Exception {
        // Given
        int port = freePort();
        var folder = RealKafka.folder("redis");
        var first = redis(port, folder);
        var hub = line.hub(redisYaml(port, ", mode: stream, deduplicate: true"));
        line.write("attic", 200);
        line.write("cellar", 100);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() > 0);

        // When
        first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        line.write("attic", 200);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == State.RETRYING);
        redis(port, folder);

        // Then
        await().atMost(Line.LIMIT).until(() -> line.isComplete(ids(port, "all.attic", "all.cellar")));
        var ids = ids(port, "all.attic", "all.cellar");
        line.assertComplete(ids);
        assertThat(ids).doesNotHaveDuplicates();
    }

    private static List<String> ids(int port, String... streams) {
        var ids = new ArrayList<String>();
        try (var redis = client(port)) {
            for (var stream : streams) {
                redis.xrange(stream, (StreamEntryID) null, null, 100_000)
                        .forEach(entry -> ids.add(entry.getFields().get("ce_id")));
            }
        }
        return ids;
    }

    @Test
    void saysThatThePasswordOfRedisIsWrong() throws Exception {
        int port = freePort();
        redis(port, RealKafka.folder("redis"));
        line.write("attic", 1);

        var hub = line.hub(redisYaml(port, "").replace("geheim", "falsch"));

        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().error().contains("WRONGPASS"));
        assertThat(hub.list().getFirst().error()).doesNotContain("falsch");
    }

    // Kafka.

    @Test
    void mirrorsAFilteredViewToAnotherTopic() throws Exception {
        // Given
        var topic = line.kafka.prefix() + "-mirror";
        try (var admin = Admin.create(Map.of("bootstrap.servers", RealKafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get(30, TimeUnit.SECONDS);
        }
        line.write("attic", 50);

        // When
        line.hub("""
                outlets:
                  mirror:
                    type: kafka
                    filter: {device: attic}
                    to: {bootstrap-servers: "%s", topic: %s}
                """.formatted(RealKafka.bootstrapServers(), topic));

        // Then
        var ids = new ArrayList<String>();
        try (var reader = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        RealKafka.bootstrapServers(),
                        "group.id",
                        topic,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new CloudEventDeserializer())) {
            reader.subscribe(List.of(topic));
            await().atMost(Line.LIMIT).until(() -> {
                reader.poll(Duration.ofMillis(200))
                        .forEach(record -> ids.add(record.value().getId()));
                return line.isComplete(ids);
            });
        }
        line.assertComplete(ids);
    }

    // RabbitMQ.

    private static String rabbitYaml(String more) {
        return """
                outlets:
                  rabbit:
                    type: rabbitmq
                    retry: {first: 50ms, longest: 500ms}
                    to: {url: "amqp://127.0.0.1:%d"%s}
                """.formatted(rabbit.port(), more);
    }

    @Test
    void sendsToAQuorumQueueThroughAKillAndABlockedBrokerAndBuriesWhatNoQueueWants() throws Exception {
        // Given
        rabbit = Rabbit.start();
        var hub = line.hub(rabbitYaml(", queue: kept, binding: \"*.air\", exchange: sensors"));
        line.write("attic", 100);
        line.write("garage.7", 10);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 110);

        // When the broker is short of memory
        rabbit.control("set_vm_memory_high_watermark", "0");
        line.write("attic", 20);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().error().contains("takes nothing for now"));
        rabbit.control("set_vm_memory_high_watermark", "0.4");
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().lag() == 0);

        // And when it is killed
        rabbit.kill();
        line.write("attic", 50);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == State.RETRYING);
        rabbit.launch();

        // Then
        var ids = new CopyOnWriteArrayList<String>();
        var properties = new CopyOnWriteArrayList<AMQP.BasicProperties>();
        await().atMost(Line.LIMIT)
                .until(() -> hub.list().getFirst().state() == State.RUNNING
                        && hub.list().getFirst().lag() == 0);
        var factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(rabbit.port());
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            channel.basicConsume("kept", true, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(String tag, Envelope message, AMQP.BasicProperties its, byte[] body) {
                    properties.add(its);
                    ids.add(its.getMessageId());
                }
            });
            await().atMost(Line.LIMIT).until(() -> line.isComplete(ids));
        }
        line.assertComplete(ids);
        assertThat(properties.getFirst().getHeaders())
                .hasEntrySatisfying("cloudEvents:id", id -> assertThat(id).hasToString(ids.getFirst()))
                .containsKeys("cloudEvents:specversion", "cloudEvents:source", "cloudEvents:type");
        assertThat(properties.getFirst().getDeliveryMode()).isEqualTo(2);
        hub.close();

        // And what no queue wants
        var lost = line.hub(rabbitYaml(", exchange: nobody").replace("rabbit:", "unroutable:"));
        await().atMost(Line.LIMIT).until(() -> lost.list().getFirst().dead() == 180);
        assertThat(new DeadLetters(line.kafka)
                        .page(Optional.empty(), 1)
                        .letters()
                        .getFirst()
                        .reason())
                .contains("no queue takes the routing key", "312 NO_ROUTE");
        lost.close();

        // And a wrong password
        var refused = line.hub(rabbitYaml(", username: guest, password: falsch").replace("rabbit:", "refused:"));
        await().atMost(Line.LIMIT)
                .until(() -> refused.list().getFirst().error().contains("refuses the user \"guest\" or its password"));
    }

    /// A RabbitMQ node of its own: its own Erlang port mapper, cookie and folders, all on loopback.
    private static final class Rabbit {
        private final Path folder;
        private final int port = freePort();
        private final int distribution = freePort();
        private final int mapper = freePort();
        private final Process names;
        private Process process;

        private Rabbit(Path folder) throws IOException {
            this.folder = folder.toAbsolutePath();
            // The node would start a mapper that outlives it: ours is a child, which we end by its id.
            this.names = builder("epmd", "-address", "127.0.0.1", "-port", Integer.toString(mapper))
                    .start();
        }

        static Rabbit start() throws Exception {
            var rabbit = new Rabbit(RealKafka.folder("rabbitmq"));
            rabbit.launch();
            return rabbit;
        }

        int port() {
            return port;
        }

        private ProcessBuilder builder(String... command) {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("out.log").toFile()));
            builder.environment()
                    .putAll(Map.ofEntries(
                            Map.entry("HOME", folder.toString()),
                            Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                            Map.entry("ERL_EPMD_PORT", Integer.toString(mapper)),
                            Map.entry("RABBITMQ_NODENAME", "pinstream" + port + "@localhost"),
                            Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                            Map.entry("RABBITMQ_NODE_PORT", Integer.toString(port)),
                            Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distribution)),
                            Map.entry(
                                    "RABBITMQ_MNESIA_BASE",
                                    folder.resolve("data").toString()),
                            Map.entry("RABBITMQ_LOG_BASE", folder.resolve("log").toString()),
                            Map.entry(
                                    "RABBITMQ_CONFIG_FILE",
                                    folder.resolve("rabbitmq").toString()),
                            Map.entry(
                                    "RABBITMQ_CONF_ENV_FILE",
                                    folder.resolve("env").toString()),
                            Map.entry(
                                    "RABBITMQ_ENABLED_PLUGINS_FILE",
                                    folder.resolve("plugins").toString()),
                            Map.entry("RABBITMQ_PID_FILE", folder.resolve("pid").toString()),
                            Map.entry(
                                    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                                    "-kernel inet_dist_use_interface {127,0,0,1}")));
            return builder;
        }

        /// The scripts in Debian's path change to another user: these do not.
        private static String program(String name) {
            return "/usr/lib/rabbitmq/bin/" + name;
        }

        void launch() throws Exception {
            Files.writeString(folder.resolve("env"), "");
            process = builder(program("rabbitmq-server")).start();
            var factory = new ConnectionFactory();
            factory.setHost("127.0.0.1");
            factory.setPort(port);
            await().atMost(Duration.ofSeconds(120)).until(() -> {
                try (var connection = factory.newConnection()) {
                    return connection.isOpen();
                } catch (IOException | java.util.concurrent.TimeoutException notYet) {
                    return false;
                }
            });
        }

        void control(String... arguments) throws Exception {
            var command = new ArrayList<>(List.of(program("rabbitmqctl"), "-n", "pinstream" + port + "@localhost"));
            command.addAll(List.of(arguments));
            var control = builder(command.toArray(String[]::new)).start();
            assertThat(control.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(control.exitValue())
                    .as(Files.readString(folder.resolve("out.log")))
                    .isZero();
        }

        void kill() throws InterruptedException {
            var all = process.descendants().toList();
            all.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }

        void close() throws Exception {
            kill();
            names.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }
}
