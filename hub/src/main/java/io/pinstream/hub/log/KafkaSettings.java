package io.pinstream.hub.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Which Kafka, and how the four topics in it are named and made.
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

    private static void between(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be %d to %d, but was %d".formatted(what, least, most, value));
        }
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

    /// What every client of Kafka gets, with more on top.
    Map<String, Object> clientWith(Map<String, Object> more) {
        var all = new HashMap<String, Object>(client);
        all.put("bootstrap.servers", bootstrapServers);
        all.putAll(more);
        return all;
    }

    /// Secrets of `client` stay out of every message.
    @Override
    public String toString() {
        return "Kafka at %s, prefix %s, %d lanes".formatted(bootstrapServers, prefix, lanes);
    }
}
