package io.pinstream.hub.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/// Which Kafka, and how the five topics in it are named and made.
///
/// @param bootstrapServers `host:port`, comma-separated
/// @param client further settings of Kafka's own clients, such as `security.protocol` and `sasl.jaas.config`
/// @param prefix of topic names, transactional ids and consumer groups
/// @param lanes partitions of the marks topic, 1 to 256; fixed once the topic exists
/// @param eventPartitions partitions of the events topic
/// @param replicationFactor of all topics; 0 for 3 where there are three nodes, else 1
/// @param retention how long events and dead letters are kept
public record KafkaSettings(
        String bootstrapServers,
        Map<String, String> client,
        String prefix,
        int lanes,
        int eventPartitions,
        int replicationFactor,
        Duration retention) {
    public static final KafkaSettings DEFAULT =
            new KafkaSettings("127.0.0.1:9092", Map.of(), "pinstream", 4, 8, 0, Duration.ofDays(7));

    /// The largest record, in bytes: an event of the largest payload that may be configured (1 MiB) as JSON, where
    /// a control character takes six bytes. A record that Kafka refuses would hold up its whole lane.
    static final int LARGEST_RECORD = 8 * 1024 * 1024;

    /// What the hub sets itself: exactly once rests on it.
    private static final Set<String> OURS = Set.of(
            "bootstrap.servers",
            "transactional.id",
            "transaction.timeout.ms",
            "transaction.two.phase.commit.enable",
            "enable.idempotence",
            "acks",
            "isolation.level",
            "group.id",
            "group.protocol",
            "group.instance.id",
            "partition.assignment.strategy",
            "enable.auto.commit",
            "auto.offset.reset",
            "key.serializer",
            "value.serializer",
            "key.deserializer",
            "value.deserializer");

    private static final List<ConfigDef> CLIENTS =
            List.of(ProducerConfig.configDef(), ConsumerConfig.configDef(), AdminClientConfig.configDef());

    public KafkaSettings {
        client = Map.copyOf(client);
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("bootstrap servers must be host:port, but are empty");
        }
        if (!prefix.matches("[A-Za-z0-9._-]{1,100}")) {
            throw new IllegalArgumentException(
                    "prefix must be 1 to 100 of A-Z a-z 0-9 . _ -, but was \"%s\"".formatted(prefix));
        }
        between("lanes", lanes, 1, 256);
        between("event partitions", eventPartitions, 1, 10_000);
        between("replication factor", replicationFactor, 0, 9);
        if (retention.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("retention must be at least 1 minute, but was " + retention);
        }
    }

    /// What is wrong with a further setting of Kafka's clients; empty if one of them takes it. Does not show the
    /// value, which may be a secret.
    public static Optional<String> problemWith(String name, String value) {
        if (OURS.contains(name)) {
            return Optional.of("is set by the hub itself; leave it out");
        }
        var known = CLIENTS.stream()
                .map(client -> client.configKeys().get(name))
                .filter(Objects::nonNull)
                .toList();
        return known.isEmpty()
                ? Optional.of("is no setting of Kafka's producer, consumer or admin client")
                : known.stream()
                        .filter(key -> !fits(key, value))
                        .findFirst()
                        .map(key -> "must be of type %s%s, but is not"
                                .formatted(
                                        key.type.name().toLowerCase(Locale.ROOT),
                                        key.validator == null ? "" : " and " + key.validator));
    }

    private static boolean fits(ConfigDef.ConfigKey key, String value) {
        try {
            var parsed = ConfigDef.parseType(key.name, value, key.type);
            if (key.validator != null) {
                key.validator.ensureValid(key.name, parsed);
            }
            return true;
        } catch (ConfigException unfit) {
            return false;
        }
    }

    private static void between(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be %d to %d, but was %d".formatted(what, least, most, value));
        }
    }

    public KafkaSettings withPrefix(String other) {
        return new KafkaSettings(bootstrapServers, client, other, lanes, eventPartitions, replicationFactor, retention);
    }

    public KafkaSettings withRetention(Duration kept) {
        return new KafkaSettings(bootstrapServers, client, prefix, lanes, eventPartitions, replicationFactor, kept);
    }

    public KafkaSettings withBootstrapServers(String servers) {
        return new KafkaSettings(servers, client, prefix, lanes, eventPartitions, replicationFactor, retention);
    }

    public String events() {
        return prefix + ".events";
    }

    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    public String devices() {
        return prefix + ".devices";
    }

    public String marks() {
        return prefix + ".marks";
    }

    /// What is wanted of each outlet.
    public String outlets() {
        return prefix + ".outlets";
    }

    /// What every client of Kafka gets, with more on top; but what exactly once does not rest on, the
    /// configuration decides.
    Map<String, Object> clientWith(Map<String, Object> more) {
        var all = new HashMap<>(more);
        all.putAll(client);
        all.put("bootstrap.servers", bootstrapServers);
        return all;
    }

    /// Secrets of `client` stay out of every message.
    @Override
    public String toString() {
        return "Kafka at %s, prefix %s, %d lanes".formatted(bootstrapServers, prefix, lanes);
    }
}
