package io.pinstream.hub.outlet.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import io.pinstream.config.ConfigTree;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The real SDK against answers that are made here: neither signatures nor limits are checked by them.
class EventBridgeSinkTest {
    private final List<JsonNode> calls = new CopyOnWriteArrayList<>();
    private final List<String> actions = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String answer = "";
    private HttpServer server;
    private Sink sink;

    @BeforeEach
    void start() throws Exception {
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "example");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                calls.add(new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes()));
                actions.add(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
                exchange.getResponseHeaders().add("Retry-After", "7");
                var body = answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        var tree =
                ConfigTree.parse("hub.yaml", """
                region: eu-central-1
                bus: sensors
                bytes: 2048
                endpoint: "http://127.0.0.1:%d"
                """.formatted(server.getAddress().getPort()));
        var target = new EventBridgeOutlet().read(tree);
        assertThat(tree.finish()).isEmpty();
        sink = target.orElseThrow().open(TimeSource.system());
    }

    @AfterEach
    void stop() {
        sink.close();
        server.stop(0);
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private static CloudEvent event(String device) {
        return new CloudEvent(
                0,
                0,
                Instant.EPOCH,
                device,
                "air",
                device + "-0",
                "/devices/" + device + "/sensors/air",
                "io.pinstream.sample.v1",
                "2026-11-23T00:00:00Z",
                "",
                "{\"temperature\":21}".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void tellsForEachEntryWhatBecameOfIt() throws Exception {
        answer = """
                {"FailedEntryCount":3,"Entries":[{"EventId":"1"},
                 {"ErrorCode":"ThrottlingException","ErrorMessage":"slow down"},
                 {"ErrorCode":"MalformedDetail","ErrorMessage":"no JSON"},
                 {"ErrorCode":"AccessDeniedException","ErrorMessage":"not yours"}]}""";

        var outcomes = sink.send(List.of(event("a"), event("b"), event("c"), event("d")));

        assertThat(outcomes.get(0)).isEqualTo(Outcome.SENT);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Again.class);
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Never.class).asString().contains("MalformedDetail");
        assertThat(outcomes.get(3)).isInstanceOf(Outcome.Again.class).asString().contains("look at its configuration");
        assertThat(actions).containsExactly("AWSEvents.PutEvents");
    }

    @Test
    void putsCloudEventsThatAnotherReaderReads() throws Exception {
        answer = "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}";

        assertThat(sink.send(List.of(event("attic")))).containsExactly(Outcome.SENT);

        var entry = calls.getFirst().get("Entries").get(0);
        var read = EventFormatProvider.getInstance()
                .resolveFormat(JsonFormat.CONTENT_TYPE)
                .deserialize(entry.get("Detail").asText().getBytes(StandardCharsets.UTF_8));
        assertThat(read.getId()).isEqualTo("attic-0");
        assertThat(entry.get("EventBusName").asText()).isEqualTo("sensors");
        assertThat(entry.get("Source").asText()).isEqualTo("io.pinstream");
        assertThat(entry.get("DetailType").asText()).isEqualTo("sample");
        assertThat(sink.size(event("attic")))
                .isEqualTo(14
                        + "io.pinstream".length()
                        + "sample".length()
                        + entry.get("Detail").asText().length());
    }

    @Test
    void packsTenEntriesACallOneOfEachDeviceAndHasFiveCallsUnderWay() {
        assertThat(sink.limits()).isEqualTo(new Sink.Limits(10, 2048, true, 5));
    }

    @Test
    void waitsAsLongAsAThrottledCallAsksForAndLeavesRetryingToTheEngine() throws Exception {
        status = 429;
        answer = "{\"__type\":\"ThrottlingException\",\"message\":\"slow down\"}";

        var outcome = sink.send(List.of(event("a"))).getFirst();

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Again.class, again -> assertThat(again.after()).isEqualTo(Duration.ofSeconds(7)));
        assertThat(calls).hasSize(1);
    }

    @Test
    void keepsTryingWhatIsRefusedForItsKey() throws Exception {
        status = 403;
        answer = "{\"__type\":\"UnrecognizedClientException\",\"message\":\"no such key\"}";

        assertThat(sink.send(List.of(event("a"))).getFirst())
                .isInstanceOf(Outcome.Again.class)
                .asString()
                .contains("UnrecognizedClientException", "look at its configuration")
                .doesNotContain("AKIDEXAMPLE");
    }

    @Test
    void findsTheOneEventThatIsNotTaken() throws Exception {
        status = 413;
        answer = "{\"__type\":\"RequestEntityTooLargeException\"}";

        assertThat(sink.send(List.of(event("a"), event("b")))).allMatch(Outcome.Again.class::isInstance);
        assertThat(sink.limits().events()).isEqualTo(1);
        assertThat(sink.send(List.of(event("a"))).getFirst()).isInstanceOf(Outcome.Never.class);
        assertThat(sink.limits().events()).isEqualTo(10);
    }
}
