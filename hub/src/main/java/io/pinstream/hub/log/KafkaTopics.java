package io.pinstream.hub.log;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/// The five topics of an installation: made where they are missing, checked where they are not.
public final class KafkaTopics {
    /// One topic, as it should be.
    ///
    /// @param exists whether it is there; what is wrong with it then is in `findings`
    public record Topic(
            String name,
            int partitions,
            int replicationFactor,
            Map<String, String> config,
            boolean exists,
            List<Finding> findings) {}

    /// What is wrong with a topic that is there.
    ///
    /// @param serious whether the hub must not run on it
    /// @param text what, the value, what it should be, and the remedy
    public record Finding(boolean serious, String text) {}

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private static final String LARGEST = "max.message.bytes";

    private KafkaTopics() {}

    /// What there is and what there should be; changes nothing.
    ///
    /// @throws IOException if Kafka does not answer or refuses
    public static List<Topic> check(KafkaSettings settings) throws IOException, InterruptedException {
        var admin = admin(settings);
        try {
            return check(admin, settings);
        } finally {
            admin.close(CLOSE_LIMIT); // unbounded, it would wait for the questions that nobody answers
        }
    }

    /// Makes what is missing, and gives back what is there then.
    ///
    /// @throws IOException if Kafka does not answer or refuses
    public static List<Topic> create(KafkaSettings settings) throws IOException, InterruptedException {
        var admin = admin(settings);
        try {
            for (var topic : check(admin, settings)) {
                if (!topic.exists()) {
                    create(admin, topic);
                }
            }
            return awaited(admin, settings);
        } finally {
            admin.close(CLOSE_LIMIT);
        }
    }

    /// What is made is known to every node only a moment later.
    private static List<Topic> awaited(Admin admin, KafkaSettings settings) throws IOException, InterruptedException {
        var topics = check(admin, settings);
        for (int tries = 0; tries < 50 && !topics.stream().allMatch(Topic::exists); tries++) {
            Thread.sleep(100);
            topics = check(admin, settings);
        }
        return topics;
    }

    private static void create(Admin admin, Topic topic) throws IOException, InterruptedException {
        var made = new NewTopic(topic.name(), topic.partitions(), (short) topic.replicationFactor())
                .configs(topic.config());
        try {
            get(admin.createTopics(List.of(made)).all());
        } catch (IOException failed) {
            if (!(failed.getCause() instanceof TopicExistsException)) { // another hub was quicker
                throw failed;
            }
        }
    }

    private static Admin admin(KafkaSettings settings) throws IOException {
        try {
            return Admin.create(settings.clientWith(
                    Map.of("request.timeout.ms", 10_000, "default.api.timeout.ms", (int) LIMIT.toMillis())));
        } catch (KafkaException failed) { // a server's name that nobody knows, for one
            throw new IOException(
                    "no connection to %s: %s".formatted(settings.bootstrapServers(), KafkaReason.of(failed)), failed);
        }
    }

    private static List<Topic> check(Admin admin, KafkaSettings settings) throws IOException, InterruptedException {
        int nodes = get(admin.describeCluster().nodes()).size();
        int factor = settings.replicationFactor() > 0 ? settings.replicationFactor() : nodes >= 3 ? 3 : 1;
        var wanted = wanted(settings, factor, nodes);
        var there = get(admin.listTopics().names());
        var names = wanted.keySet().stream().filter(there::contains).toList();
        var descriptions = get(admin.describeTopics(names).allTopicNames());
        var configs = get(admin.describeConfigs(names.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
        var topics = new ArrayList<Topic>();
        wanted.forEach((name, topic) -> {
            var description = descriptions.get(name);
            var config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
            topics.add(
                    description == null || config == null
                            ? topic
                            : new Topic(
                                    name,
                                    description.partitions().size(),
                                    description
                                            .partitions()
                                            .getFirst()
                                            .replicas()
                                            .size(),
                                    topic.config(),
                                    true,
                                    findings(topic, description, config, name.equals(settings.marks()), nodes)));
        });
        return topics;
    }

    private static Map<String, Topic> wanted(KafkaSettings settings, int factor, int nodes) {
        var durable = new HashMap<String, String>();
        if (factor >= 3) {
            durable.put("min.insync.replicas", "2");
        }
        if (nodes == 1) {
            // A single node does not flush on commit: a power cut could take a committed transaction back.
            durable.put("flush.messages", "1");
        }
        var kept = new HashMap<>(durable);
        kept.put("retention.ms", Long.toString(settings.retention().toMillis()));
        kept.put(LARGEST, Integer.toString(KafkaSettings.LARGEST_RECORD));
        var compacted = new HashMap<>(durable);
        compacted.put("cleanup.policy", "compact");
        var topics = new LinkedHashMap<String, Topic>();
        put(topics, settings.events(), settings.eventPartitions(), factor, kept);
        put(topics, settings.deadLetters(), 1, factor, kept);
        put(topics, settings.devices(), settings.lanes(), factor, compacted);
        put(topics, settings.marks(), settings.lanes(), factor, compacted);
        put(topics, settings.outlets(), 1, factor, compacted);
        return topics;
    }

    private static void put(
            Map<String, Topic> topics, String name, int partitions, int factor, Map<String, String> config) {
        topics.put(name, new Topic(name, partitions, factor, Map.copyOf(config), false, List.of()));
    }

    private static List<Finding> findings(
            Topic wanted, TopicDescription there, Config config, boolean marks, int nodes) {
        var findings = new ArrayList<Finding>();
        int partitions = there.partitions().size();
        if (marks && partitions != wanted.partitions()) {
            findings.add(new Finding(
                    true,
                    "has %d partitions, but kafka.lanes is %d: set kafka.lanes to %d (marks cannot be moved to other lanes)"
                            .formatted(partitions, wanted.partitions(), partitions)));
        }
        var cleanup = config.get("cleanup.policy").value();
        boolean compact = wanted.config().containsKey("cleanup.policy");
        if (compact != cleanup.contains("compact") || compact && cleanup.contains("delete")) {
            findings.add(new Finding(
                    true,
                    "has cleanup.policy=%s, but it must be %s: kafka-configs.sh --alter --entity-type topics --entity-name"
                                    .formatted(cleanup, compact ? "compact" : "delete")
                            + " %s --add-config cleanup.policy=%s"
                                    .formatted(wanted.name(), compact ? "compact" : "delete")));
        }
        var largest = Long.parseLong(config.get(LARGEST).value());
        if (wanted.config().containsKey(LARGEST) && largest < KafkaSettings.LARGEST_RECORD) {
            findings.add(new Finding(
                    false,
                    "has %s=%d, but a record may have up to %d bytes, and one that is refused holds up its lane: add it"
                                    .formatted(LARGEST, largest, KafkaSettings.LARGEST_RECORD)
                            + " with kafka-configs.sh"));
        }
        int replicas = there.partitions().getFirst().replicas().size();
        if (nodes >= 3 && replicas < 3) {
            findings.add(new Finding(
                    false,
                    "has %d replica(s) on a cluster of %d: one broken disk can lose what was committed; reassign it with 3"
                            .formatted(replicas, nodes)));
        }
        if (nodes == 1 && !"1".equals(config.get("flush.messages").value())) {
            findings.add(new Finding(
                    false,
                    "is on a single node without flush.messages=1: a power cut can take committed events back; add it"
                            + " with kafka-configs.sh"));
        }
        return findings;
    }

    private static <T> T get(KafkaFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            var cause = Objects.requireNonNullElse(failed.getCause(), failed);
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw new IOException("Kafka does not answer: " + KafkaReason.of(cause), cause);
            }
            throw new IOException("Kafka refused: " + KafkaReason.of(cause), cause);
        } catch (TimeoutException late) {
            throw new IOException("Kafka does not answer within %d s".formatted(LIMIT.toSeconds()), late);
        }
    }
}
