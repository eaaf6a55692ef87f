package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.outlet.Line;
import io.pinstream.hub.outlet.OutletStatus.State;
import io.pinstream.sim.process.SelfSigned;
import io.pinstream.time.TimeSource;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The outlet `eventgrid` with the real SDK on a real Kafka, over TLS, against the strict stand-in.
class EventGridIT {
    private static final String KEY = Base64.getEncoder().encodeToString("stand-in".getBytes(UTF_8));

    @TempDir
    private static Path folder;

    private static SelfSigned pair;
    private Line line;
    private Cloud cloud;

    @BeforeEach
    void start() throws Exception {
        if (pair == null) {
            pair = SelfSigned.make(folder);
        }
        var tls = new Tls(Optional.empty(), Optional.of(pair.certificate()), Optional.of(pair.key())).context();
        line = new Line();
        cloud = Cloud.start(
                new Cloud.Settings(
                        0, "AKID", "geheim", "eu-central-1", 4096, KEY, "a-token", Optional.of(tls), 100_000),
                TimeSource.system());
    }

    @AfterEach
    void stop() {
        line.close();
        cloud.close();
    }

    private String yaml(String more) {
        return """
                outlets:
                  azure:
                    type: eventgrid
                    retry: {first: 10ms, longest: 100ms}
                    to: {endpoint: "%s", tls: {ca: "%s"}%s}
                """.formatted(cloud.url(), pair.certificate(), more);
    }

    private List<String> ids() {
        var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
        return cloud.arrivals().after(0).stream()
                .map(arrival -> format.deserialize(arrival.json().getBytes(UTF_8)))
                .map(CloudEvent::getId)
                .toList();
    }

    private void awaitAll() {
        await().atMost(Line.LIMIT).until(() -> line.isComplete(ids()));
        line.assertComplete(ids());
    }

    private String sas() {
        var signed = "r=%s&e=%s"
                .formatted(
                        URLEncoder.encode(cloud.url() + "/api/events", UTF_8),
                        URLEncoder.encode("2100-01-01T00:00:00Z", UTF_8));
        var signature = SigV4.hmacSha256(Base64.getDecoder().decode(KEY), signed.getBytes(UTF_8));
        return signed + "&s=" + URLEncoder.encode(Base64.getEncoder().encodeToString(signature), UTF_8);
    }

    @Test
    void publishesToACustomTopicWithAKey() {
        line.write("attic", 20);
        line.write("cellar", 5);

        line.hub(yaml(", key: \"%s\"".formatted(KEY)));

        awaitAll();
        assertThat(ids()).doesNotHaveDuplicates();
        assertThat(cloud.arrivals().after(0).getFirst().where()).isEqualTo("/api/events");
    }

    @Test
    void publishesToACustomTopicWithASharedAccessSignature() {
        line.write("attic", 5);

        line.hub(yaml(", sas: \"%s\"".formatted(sas())));

        awaitAll();
    }

    @Test
    void publishesToATopicOfANamespace() {
        line.write("attic", 5);

        line.hub(yaml(", topic: sensors, key: \"%s\"".formatted(KEY)));

        awaitAll();
        assertThat(cloud.arrivals().after(0).getFirst().where()).isEqualTo("/topics/sensors:publish");
    }

    @Test
    void asksEntraForATokenWithWhatTheEnvironmentSays() {
        var environment = Map.of(
                "AZURE_TENANT_ID", "0c5a0a5e-7d2b-4b58-9d27-5d3c3b0f3d11",
                "AZURE_CLIENT_ID", "7a6f1f0e-5b0e-4c4e-8c54-9a4f0a3e2b22",
                "AZURE_CLIENT_SECRET", "geheim",
                "AZURE_AUTHORITY_HOST", cloud.url());
        environment.forEach(System::setProperty);
        try {
            line.write("attic", 5);

            var hub = line.hub(yaml(""));

            await().atMost(Line.LIMIT)
                    .untilAsserted(() -> assertThat(line.isComplete(ids()))
                            .as(() -> hub.list().getFirst().error())
                            .isTrue());
        } finally {
            environment.keySet().forEach(System::clearProperty);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {20_261_124, 1})
    void losesNothingAndKeepsTheOrderThroughFiftyFaults(long seed) {
        cloud.failAtRandom(seed, 50);
        var hub = line.hub(yaml(", events: 2, key: \"%s\"".formatted(KEY)));

        for (int i = 0; i < 5; i++) {
            for (var device : List.of("attic", "cellar", "garden")) {
                line.write(device, 40);
            }
        }

        awaitAll();
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == State.RUNNING);
        var status = hub.list().getFirst();
        assertThat(cloud.faultsLeft()).as("seed %d", seed).isZero();
        assertThat(status.sent()).as("seed %d", seed).isEqualTo(600);
        assertThat(status.dead()).as("seed %d", seed).isZero();
        assertThat(ids().size() - 600L).as("repeats, seed %d", seed).isBetween(0L, status.repeated());
    }

    @Test
    void sendsFewerAtOnceWhenABatchIsTooLarge() {
        line.write("attic", 10);
        cloud.order("status=413&times=2");

        var hub = line.hub(yaml(", key: \"%s\"".formatted(KEY)));

        awaitAll();
        assertThat(ids()).doesNotHaveDuplicates();
        assertThat(hub.list().getFirst().dead()).isZero();
    }

    @Test
    void waitsAsLongAsItIsAsked() {
        line.write("attic", 1);
        cloud.order("status=429&retry-after=1&times=1");
        long begun = TimeSource.system().nanos();

        line.hub(yaml(", key: \"%s\"".formatted(KEY)));

        awaitAll();
        assertThat(TimeSource.system().nanos() - begun).isGreaterThanOrEqualTo(1_000_000_000L);
    }

    @Test
    void saysThatItsKeyIsWrong() {
        line.write("attic", 1);

        var hub = line.hub(yaml(", key: \"d3Jvbmc=\""));

        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().error().contains("answered 401"));
        assertThat(hub.list().getFirst().error())
                .contains("look at its configuration")
                .doesNotContain("d3Jvbmc");
        assertThat(cloud.arrivals().count()).isZero();
    }
}
