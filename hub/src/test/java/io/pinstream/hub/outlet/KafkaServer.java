package io.pinstream.hub.outlet;

import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.pinstream.embedded.EmbeddedKafka;
import io.pinstream.hub.log.RealKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// A Kafka node in a process of its own, which a test can kill.
public final class KafkaServer implements Server {
    private final Path folder = RealKafka.folder("mirror").toAbsolutePath();
    private final int port = Ports.free();
    private final Map<String, String> settings;
    private Process process;

    /// @param settings of the node, as in `server.properties`; `{port}` stands for [#port]
    public KafkaServer(Map<String, String> settings) throws Exception {
        this.settings = settings;
        launch();
    }

    /// The node: folder, port, then settings as `name=value`. Ends with the process that started it.
    public static void main(String[] arguments) throws IOException {
        var settings = new HashMap<String, String>();
        for (int i = 2; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        var _ = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), settings);
        while (System.in.read() >= 0) {
            // until the other end is closed
        }
        Runtime.getRuntime().halt(0);
    }

    @Override
    public int port() {
        return port;
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void launch() throws Exception {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), KafkaServer.class.getName()));
        command.addAll(List.of(folder.resolve("data").toString(), Integer.toString(port)));
        settings.forEach((name, value) -> command.add(name + "=" + value.replace("{port}", Integer.toString(port))));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("out.log").toFile()))
                .start();
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            await().atMost(Line.LIMIT).until(() -> answers(admin));
        }
    }

    private static boolean answers(Admin admin) throws InterruptedException {
        try {
            var broker = admin.describeCluster().nodes().get(2, TimeUnit.SECONDS);
            return !broker.isEmpty();
        } catch (ExecutionException | TimeoutException notYet) {
            return false;
        }
    }

    public void topic(String name, int partitions) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /// Everything in a topic, in order per partition.
    List<ConsumerRecord<String, CloudEvent>> records(String topic) {
        var records = new ArrayList<ConsumerRecord<String, CloudEvent>>();
        try (var reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers()),
                new StringDeserializer(),
                new CloudEventDeserializer())) {
            var partitions = reader.partitionsFor(topic).stream()
                    .map(its -> new TopicPartition(topic, its.partition()))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            var ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(its -> reader.position(its) < ends.get(its))) {
                reader.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
            throw new IOException("Kafka does not end");
        }
    }
}
