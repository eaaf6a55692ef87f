package io.pinstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.lifecycle.EmbeddedServers;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServersIT {
    @Test
    void areFoundByServiceLoaderAndKeepTheirDataOverARestart(@TempDir Path folder) throws Exception {
        var provider =
                ServiceLoader.load(EmbeddedServers.Provider.class).findFirst().orElseThrow();

        int mqttPort;
        int kafkaPort;
        try (var servers = provider.open(folder, 0, 0)) {
            mqttPort = servers.mqttPort();
            kafkaPort = Integer.parseInt(servers.bootstrapServers().split(":")[1]);
            try (var admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
                        .all()
                        .get();
            }
            commit(servers.bootstrapServers());
            new Socket(InetAddress.getLoopbackAddress(), mqttPort).close();
        }

        try (var servers = provider.open(folder, mqttPort, kafkaPort);
                var admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()))) {
            assertThat(servers.mqttPort()).isEqualTo(mqttPort);
            assertThat(admin.listTopics().names().get()).contains("kept");
            assertThat(admin.describeFeatures()
                            .featureMetadata()
                            .get()
                            .finalizedFeatures()
                            .get("transaction.version"))
                    .satisfies(version -> assertThat(version.maxVersionLevel()).isEqualTo((short) 2));
        }
    }

    private static void commit(String bootstrapServers) {
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrapServers, "transactional.id", "one");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("kept", "value"));
            producer.commitTransaction();
        }
    }
}
