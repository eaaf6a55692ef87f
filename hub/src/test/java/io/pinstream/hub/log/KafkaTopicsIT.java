package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.log.KafkaTopics.Finding;
import io.pinstream.hub.log.KafkaTopics.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

class KafkaTopicsIT {
    private final KafkaSettings settings = RealKafka.settings();

    @Test
    void areMadeWithTheSettingsThatTheyNeed() throws Exception {
        // When
        var made = KafkaTopics.create(settings.withRetention(Duration.ofDays(3)));

        // Then
        assertThat(made)
                .allMatch(Topic::exists)
                .allMatch(topic -> topic.findings().isEmpty());
        assertThat(made)
                .extracting(topic -> topic.name() + " " + topic.partitions() + " " + topic.replicationFactor())
                .containsExactly(
                        settings.prefix() + ".events 3 1",
                        settings.prefix() + ".dead-letters 1 1",
                        settings.prefix() + ".devices 4 1",
                        settings.prefix() + ".marks 4 1",
                        settings.prefix() + ".outlets 1 1");
        assertThat(config(settings.events()))
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", "259200000")
                .containsEntry("flush.messages", "1");
        assertThat(config(settings.marks()))
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("flush.messages", "1");
    }

    @Test
    void areLeftAsTheyAreTheSecondTime() throws Exception {
        // Given
        var first = KafkaTopics.create(settings);

        // Then
        assertThat(KafkaTopics.create(settings)).isEqualTo(first);
        assertThat(KafkaTopics.check(settings)).isEqualTo(first);
    }

    @Test
    void areNotMadeByLooking() throws Exception {
        assertThat(KafkaTopics.check(settings)).hasSize(5).noneMatch(Topic::exists);
        assertThat(KafkaTopics.check(settings)).noneMatch(Topic::exists);
    }

    @Test
    void areReportedWhereTheHubMustNotRunOnThem() throws Exception {
        // Given
        try (var admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
            admin.createTopics(List.of(
                            new NewTopic(settings.marks(), 2, (short) 1).configs(Map.of("flush.messages", "1")),
                            new NewTopic(settings.events(), 9, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }

        // When
        var topics = KafkaTopics.create(settings);

        // Then
        assertThat(findings(topics, settings.marks()))
                .containsExactly(
                        "error: has 2 partitions, but kafka.lanes is 4: set kafka.lanes to 2 (marks cannot be moved to"
                                + " other lanes)",
                        "error: has cleanup.policy=delete, but it must be compact: kafka-configs.sh --alter"
                                + " --entity-type topics --entity-name " + settings.marks()
                                + " --add-config cleanup.policy=compact");
        assertThat(findings(topics, settings.events()))
                .hasSize(3)
                .anyMatch(text -> text.startsWith("error: has cleanup.policy=compact, but it must be delete"))
                .anyMatch(text -> text.startsWith("warning: is on a single node without flush.messages=1"))
                .anyMatch(text -> text.startsWith("warning: has max.message.bytes=1048588"));
        assertThat(findings(topics, settings.devices())).isEmpty();
    }

    @Test
    void sayThatMoreReplicasThanNodesCannotBe() {
        var greedy = new KafkaSettings(
                settings.bootstrapServers(), Map.of(), settings.prefix(), 4, 3, 3, Duration.ofDays(7));

        assertThatThrownBy(() -> KafkaTopics.create(greedy))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Kafka refused: ");
    }

    private static List<String> findings(List<Topic> topics, String name) {
        return topics.stream()
                .filter(topic -> topic.name().equals(name))
                .flatMap(topic -> topic.findings().stream())
                .map((Finding finding) -> (finding.serious() ? "error: " : "warning: ") + finding.text())
                .toList();
    }

    private Map<String, String> config(String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (var admin = Admin.create(Map.of("bootstrap.servers", settings.bootstrapServers()))) {
            var all = new HashMap<String, String>();
            admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .entries()
                    .forEach(entry -> all.put(entry.name(), entry.value()));
            return all;
        }
    }
}
