package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.outlet.OutletStatus.State;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Another Kafka as a target.
class KafkaOutletIT {
    private Line line;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
    }

    @AfterEach
    void stop() {
        line.close();
    }

    private static String yaml(int port, String client) {
        return """
                outlets:
                  mirror:
                    type: kafka
                    filter: {device: attic}
                    retry: {first: 10ms, longest: 200ms}
                    to: {bootstrap-servers: "localhost:%d", topic: mirror, client: {%s}}
                """.formatted(port, client);
    }

    @Test
    void mirrorsAFilteredViewEncryptedToAClusterThatWantsACertificate() throws Exception {
        // Given
        var authority = new Authority(RealKafka.folder("authority"));
        int port = Ports.free();
        int controller = Ports.free();
        var settings = new HashMap<String, String>();
        settings.put(
                "listeners",
                "PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:%d,SSL://127.0.0.1:%d"
                        .formatted(controller, port));
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:{port},SSL://localhost:" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL");
        settings.put("ssl.client.auth", "required");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.location", authority.both("server"));
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.location", authority.certificate("ca"));
        try (var kafka = new KafkaServer(settings)) {
            kafka.topic("mirror", 2);
            line.write("attic", 50);
            var trust = "security.protocol: SSL, ssl.truststore.type: PEM, ssl.truststore.location: \"%s\""
                    .formatted(authority.certificate("ca"));

            // When it has no certificate
            var nobody = line.hub(yaml(port, trust));

            // Then
            await().atMost(Line.LIMIT).until(() -> nobody.list().getFirst().state() == State.RETRYING);
            assertThat(nobody.list().getFirst().error()).containsIgnoringCase("certificate");
            nobody.close();

            // And when it has one
            line.hub(yaml(
                    port,
                    trust
                            + ", ssl.keystore.type: PEM, ssl.keystore.location: \"%s\""
                                    .formatted(authority.both("hub"))));
            await().atMost(Line.LIMIT).until(() -> line.isComplete(ids(kafka)));
            line.assertComplete(ids(kafka));
        }
    }

    @Test
    void givesUpACallWhenTheClusterIsAwayAndNotEachEventOfIt() throws Exception {
        // Given
        line.write("attic", 300);

        // When
        var hub = line.hub(yaml(Ports.free(), "max.block.ms: \"500\""));

        // Then
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == State.RETRYING);
        assertThat(hub.list().getFirst().error()).contains("not present in metadata after 500 ms");
    }

    private static List<String> ids(KafkaServer kafka) {
        return kafka.records("mirror").stream()
                .map(record -> record.value().getId())
                .toList();
    }
}
