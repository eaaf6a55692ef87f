package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.outlet.Line;
import io.pinstream.hub.outlet.OutletStatus.State;
import io.pinstream.sim.process.SelfSigned;
import io.pinstream.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The outlet `eventbridge` with the real SDK on a real Kafka, against the strict stand-in: every call's
/// signature is verified.
class EventBridgeIT {
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final int ENTRY_BYTES = 4096;
    private Line line;
    private Cloud cloud;

    @BeforeEach
    void start() throws Exception {
        credentials(SECRET);
        line = new Line();
        cloud = Cloud.start(
                new Cloud.Settings(
                        0, "AKIDEXAMPLE", SECRET, "eu-central-1", ENTRY_BYTES, "a2V5", "t", Optional.empty(), 100_000),
                TimeSource.system());
    }

    @AfterEach
    void stop() {
        line.close();
        cloud.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private static void credentials(String secret) {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", secret);
    }

    private String yaml(String more) {
        return """
                outlets:
                  aws:
                    type: eventbridge
                    retry: {first: 10ms, longest: 100ms}
                    to: {region: eu-central-1, endpoint: "%s"%s}
                """.formatted(cloud.url(), more);
    }

    private List<CloudEvent> events() {
        var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
        return cloud.arrivals().after(0).stream()
                .map(arrival -> format.deserialize(arrival.json().getBytes(UTF_8)))
                .toList();
    }

    private List<String> ids() {
        return events().stream().map(CloudEvent::getId).toList();
    }

    private void order(String query) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(cloud.url() + "/orders?" + query))
                    .POST(BodyPublishers.noBody())
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("ordered\n");
        }
    }

    @Test
    void putsSignedEntriesThatTheCloudEventsSdkReads() {
        for (int i = 0; i < 12; i++) {
            line.write("device-" + i, 5);
        }

        line.hub(yaml(", bus: sensors, source: \"io.pinstream.{device}\", detail-type: \"{type}\""));

        await().atMost(Line.LIMIT).until(() -> line.isComplete(ids()));
        line.assertComplete(ids());
        assertThat(ids()).doesNotHaveDuplicates();
        var first = cloud.arrivals().after(0).stream()
                .filter(arrival -> arrival.where().contains("device-3"))
                .findFirst()
                .orElseThrow();
        assertThat(first.where()).isEqualTo("sensors io.pinstream.device-3 sample");
        assertThat(events().getFirst().getSource().toString()).startsWith("/devices/device-");
    }

    @ParameterizedTest
    @ValueSource(longs = {20_261_124, 1})
    void losesNothingAndKeepsTheOrderThroughFiftyFaults(long seed) {
        cloud.failAtRandom(seed, 50);
        var hub = line.hub(yaml(""));

        for (int i = 0; i < 5; i++) {
            for (var device : List.of("attic", "cellar", "garden")) {
                line.write(device, 40);
            }
        }

        await().atMost(Line.LIMIT)
                .untilAsserted(() ->
                        assertThat(line.isComplete(ids())).as("seed %d", seed).isTrue());
        line.assertComplete(ids());
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == State.RUNNING);
        var status = hub.list().getFirst();
        assertThat(cloud.faultsLeft()).as("seed %d", seed).isZero();
        assertThat(status.sent()).as("seed %d", seed).isEqualTo(600);
        assertThat(status.dead()).as("seed %d", seed).isZero();
        assertThat(ids().size() - 600L).as("repeats, seed %d", seed).isBetween(0L, status.repeated());
    }

    @Test
    void sendsOnlyTheEntriesAgainThatFailed() throws Exception {
        order("fault=entries&code=ThrottlingException&times=1");
        for (int i = 0; i < 6; i++) {
            line.write("device-" + i, 1);
        }

        var hub = line.hub(yaml(""));

        await().atMost(Line.LIMIT).until(() -> line.isComplete(ids()));
        assertThat(ids()).as("nothing that was taken goes again").doesNotHaveDuplicates();
        assertThat(hub.list().getFirst().repeated()).isPositive();
    }

    @Test
    void buriesWhatIsNeverTakenAndGoesOn() throws Exception {
        order("fault=entries&code=MalformedDetail&times=1");
        line.write("attic", 3);

        var hub = line.hub(yaml(""));

        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().dead() == 1);
        await().atMost(Line.LIMIT).until(() -> ids().equals(List.of("attic-1", "attic-2")));
        var letter =
                new DeadLetters(line.kafka).page(Optional.empty(), 10).letters().getFirst();
        assertThat(letter.key()).isEqualTo("attic");
        assertThat(letter.reason()).contains("outlet aws", "MalformedDetail");
    }

    @Test
    void saysThatItsKeyIsWrongAndGoesOnWhenItIsRight() {
        credentials("wrong");
        line.write("attic", 3);

        var hub = line.hub(yaml(""));

        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().error().contains("InvalidSignatureException"));
        assertThat(hub.list().getFirst().error())
                .contains("look at its configuration")
                .doesNotContain("wrong");
        hub.close();
        credentials(SECRET);
        line.hub(yaml(""));
        await().atMost(Line.LIMIT).until(() -> line.isComplete(ids()));
        line.assertComplete(ids());
    }

    @Test
    void putsOverTlsWhereItTrustsTheEndpoint(@TempDir Path folder) throws Exception {
        var pair = SelfSigned.make(folder);
        var tls = new Tls(Optional.empty(), Optional.of(pair.certificate()), Optional.of(pair.key())).context();
        try (var https = Cloud.start(
                new Cloud.Settings(
                        0, "AKIDEXAMPLE", SECRET, "eu-central-1", ENTRY_BYTES, "a2V5", "t", Optional.of(tls), 100),
                TimeSource.system())) {
            line.write("attic", 1);
            var hub = line.hub(yaml("").replace(cloud.url(), https.url()));
            await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().error().contains("certification path"));
            hub.close();

            line.hub(yaml(", tls: {ca: \"%s\"}".formatted(pair.certificate())).replace(cloud.url(), https.url()));

            await().atMost(Line.LIMIT).until(() -> https.arrivals().count() == 1);
        }
    }

    @Test
    void packsManyEventsOfOneDeviceWhereTheirOrderDoesNotMatter() {
        line.write("attic", 100);

        line.hub(yaml(", strict-order: false, detail: data"));

        await().atMost(Line.LIMIT).until(() -> cloud.arrivals().count() == 100);
        assertThat(cloud.arrivals().after(0).get(7).json()).contains("\"temperature\":7.0");
    }
}
