package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.hub.command.CommandLine;
import io.pinstream.hub.command.Commands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.CommandCodec;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What devices drive, through HTTP, with a device that is a line of this test.
final class ActuatorPagesTest {
    private static final Topics TOPICS = new Topics("pinstream");
    private static final DeviceId ATTIC = new DeviceId("attic");

    private final TimeSource time = TimeSource.system();
    private final List<Request> sent = new ArrayList<>();
    private final Commands commands = new Commands(
            TOPICS,
            device -> device.equals(ATTIC) ? Commands.Standing.ONLINE : Commands.Standing.UNKNOWN,
            new Device(),
            new Random(1),
            time,
            HubWatch.NONE);
    private Optional<Reply> reply = Optional.of(new Reply.Done(70));
    private WebServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void anOperatorSetsAnActuatorUnderItsOwnName() throws Exception {
        // Given
        var operator = WebServer.Token.make("eve-s_tablet", Role.OPERATOR, new SecureRandom());
        var viewer = WebServer.Token.make("screen", Role.VIEWER, new SecureRandom());
        open(Map.of(
                "eve-s_tablet", new WebServer.Token(operator.role(), operator.hash()),
                "screen", new WebServer.Token(viewer.role(), viewer.hash())));

        // When
        var done = post(
                "{\"percent\":70,\"for\":\"1.5h\"}",
                "Authorization",
                "Bearer " + operator.secret().reveal());

        // Then
        assertThat(done.body())
                .isEqualTo("{\"device\":\"attic\",\"actuator\":\"vent\",\"outcome\":\"done\",\"percent\":70,"
                        + "\"for\":\"90m\"}\n");
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(sent).singleElement().satisfies(request -> {
            assertThat(request.command().by()).isEqualTo("eve-s_tablet");
            assertThat(request.command().percent()).contains(70);
            assertThat(request.command().hold()).contains(Duration.ofMinutes(90));
            assertThat(request.within()).isEqualTo(Commands.USUAL_LIMIT);
        });
        assertThat(post(
                                "{\"percent\":70}",
                                "Authorization",
                                "Bearer " + viewer.secret().reveal())
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("{\"percent\":70}").statusCode()).isEqualTo(401);
        assertThat(sent).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                  | must be {"percent": 0 to 100} or {"safe": true}
            []                                  | must be {"percent": 0 to 100}
            {"percent":101}                     | percent must be a whole number from 0 to 100, but was "101"
            {"percent":-1}                      | percent must be a whole number
            {"percent":1e2}                     | percent must be a whole number
            {"percent":"on"}                    | percent must be a whole number
            {"percent":99999999999999999999}    | body must be
            {"safe":false}                      | safe must be true or absent
            {"safe":true,"percent":1}           | body must be
            {"percent":1,"for":"8d"}            | for must be
            {"percent":1,"for":10}              | for must be
            {"percent":1,"by":"root"}           | "by" is no member here
            {"percent":1                        | is not JSON
            {"percent":1} {}                    | body must be
            on                                  | is not JSON
            """)
    void aBodyThatIsNotRightIsToldWhatWouldBe(String body, String detail) throws Exception {
        open(Map.of());

        var answer = post(body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body().replace("\\\"", "\"")).contains(detail);
        assertThat(sent).isEmpty();
    }

    @Test
    void everyOutcomeHasItsStatus() throws Exception {
        open(Map.of());
        var statuses = new HashMap<Reply, Integer>();
        statuses.put(new Reply.Refused(Reply.Why.OUT_OF_RANGE, "why"), 400);
        statuses.put(new Reply.Refused(Reply.Why.UNKNOWN_ACTUATOR, "why"), 404);
        statuses.put(new Reply.Refused(Reply.Why.RULED, "why"), 409);
        statuses.put(new Reply.Refused(Reply.Why.BUSY, "why"), 503);
        statuses.put(new Reply.Failed("why"), 502);
        for (var each : statuses.entrySet()) {
            reply = Optional.of(each.getKey());
            var answer = post("{\"safe\":true}");
            assertThat(answer.statusCode()).as(each.toString()).isEqualTo(each.getValue());
            assertThat(answer.body()).contains("\"detail\":\"why\"");
        }
        reply = Optional.of(new Reply.Expired());
        assertThat(post("{\"safe\":true}").statusCode()).isEqualTo(504);
        reply = Optional.empty();
        assertThat(ask("/api/v1/devices/attic/actuators/vent?wait=100ms", "{\"safe\":true}")
                        .body())
                .contains("\"status\":504", "it may have done it all the same");
        assertThat(ask("/api/v1/devices/attic/actuators/vent?wait=61s", "{\"safe\":true}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(ask("/api/v1/devices/cellar/actuators/vent", "{\"safe\":true}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(ask("/api/v1/devices/.x/actuators/vent", "{\"safe\":true}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void aFormOfAForeignPageSwitchesNothing() throws Exception {
        open(Map.of());

        var plain = client(HttpRequest.newBuilder(uri("/api/v1/devices/attic/actuators/vent"))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"percent\":1}")));
        var large = post("{\"percent\":1,\"for\":\"" + " ".repeat(5000) + "1s\"}");

        assertThat(plain.statusCode()).isEqualTo(415);
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(sent).isEmpty();
    }

    @Test
    void theClientOfTheCommandLineSaysWhatTheHubSays() throws Exception {
        open(Map.of());
        var client = new ActuatorClient(uri(""), Optional.empty());

        assertThat(client.set("attic", "vent", "{\"percent\":70}", Duration.ofSeconds(30)))
                .extracting(ActuatorClient.Answer::status, ActuatorClient.Answer::words)
                .containsExactly(200, "70");
        reply = Optional.of(new Reply.Refused(Reply.Why.RULED, "it is ruled"));
        assertThat(client.set("attic", "vent", "{\"percent\":70}", Duration.ofSeconds(30)))
                .extracting(ActuatorClient.Answer::status, ActuatorClient.Answer::words)
                .containsExactly(409, "it is ruled");
    }

    private void open(Map<String, WebServer.Token> tokens) throws IOException {
        EventLog nothing = () -> {
            throw new IOException("there is no Kafka");
        };
        server = WebServer.open(
                new WebServer.Config("127.0.0.1", 0, List.of(), tokens),
                new WebServer.Sources(
                        () -> "",
                        () -> new Readiness(List.of()),
                        new Figures(time)::look,
                        new LiveFeed(nothing, LiveFeed.Config.DEFAULT, time, HubWatch.NONE),
                        new DeviceRegistry(nothing, HubWatch.NONE),
                        new History(nothing, History.Config.DEFAULT, time),
                        new DeadLetters(KafkaSettings.DEFAULT),
                        commands,
                        NoOutlets.of(time),
                        time,
                        HubWatch.NONE));
    }

    private HttpResponse<String> post(String body, String... headers) throws Exception {
        return ask("/api/v1/devices/attic/actuators/vent", body, headers);
    }

    private HttpResponse<String> ask(String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return client(headers.length == 0 ? request : request.headers(headers));
    }

    private static HttpResponse<String> client(HttpRequest.Builder request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /// Answers at once, as `reply` says.
    private final class Device implements CommandLine {
        @Override
        public String state() {
            return "";
        }

        @Override
        public boolean publish(Envelope envelope, Consumer<String> undelivered) {
            var good = (CommandCodec.Decoded.Good) new CommandCodec(TOPICS).decode(ATTIC, envelope);
            sent.add(good.request());
            reply.ifPresent(answer -> commands.received(CommandCodec.encode(good.request(), answer)));
            return true;
        }
    }
}
