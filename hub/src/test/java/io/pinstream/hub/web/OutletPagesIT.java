package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.pinstream.hub.command.NoCommands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.outlet.Line;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The outlets' pages, with an outlet behind them that reads a real Kafka.
class OutletPagesIT {
    private static final String HOUR = "{\"from\":\"%s\"}";

    private final TimeSource time = TimeSource.system();
    private Line line;
    private HttpServer hook;
    private WebServer server;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
        var outlets = line.hub("""
                outlets:
                  hook:
                    type: http
                    to: {url: "http://127.0.0.1:%d/hook", token: geheim}
                """.formatted(hook.getAddress().getPort()));
        EventLog nothing = () -> {
            throw new IOException("there is no Kafka here");
        };
        server = WebServer.open(
                new WebServer.Config("127.0.0.1", 0),
                new WebServer.Sources(
                        () -> "",
                        () -> new Readiness(List.of()),
                        new Figures(time)::look,
                        new LiveFeed(nothing, LiveFeed.Config.DEFAULT, time, HubWatch.NONE),
                        new DeviceRegistry(nothing, HubWatch.NONE),
                        new History(nothing, History.Config.DEFAULT, time),
                        new DeadLetters(line.kafka),
                        NoCommands.of(time),
                        outlets,
                        time,
                        HubWatch.NONE));
    }

    @AfterEach
    void stop() {
        server.close();
        line.close();
        hook.stop(0);
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:%d/api/v1/outlets/%s".formatted(server.port(), path)))
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            if (!type.isEmpty()) {
                request.header("Content-Type", type);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private String list() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/outlets".formatted(server.port())));
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private void awaitShown(String... parts) {
        await().atMost(Line.LIMIT).untilAsserted(() -> assertThat(list()).contains(parts));
    }

    @Test
    void showHowAnOutletDoesPauseItResumeItAndReplay() throws Exception {
        line.write("attic", 3);
        awaitShown("\"name\":\"hook\"", "\"type\":\"http\"", "\"state\":\"running\"", "\"sent\":3", "\"lag\":0");
        assertThat(list()).doesNotContain("geheim");

        var paused = post("hook/pause", "application/json", "");
        assertThat(paused.statusCode()).isEqualTo(202);
        assertThat(paused.body()).contains("\"name\":\"hook\"", "\"paused\":true");
        awaitShown("\"state\":\"paused\"");
        line.write("attic", 1);
        assertThat(post("hook/resume", "application/json; charset=utf-8", "{}").body())
                .contains("\"paused\":false");
        awaitShown("\"state\":\"running\"", "\"sent\":4");

        var from = time.instant().minusSeconds(3_600).toString();
        var replayed = post("hook/replay", "application/json", HOUR.formatted(from));
        assertThat(replayed.statusCode()).isEqualTo(202);
        assertThat(replayed.body()).contains("\"replay_from\":\"" + from + '"');
        awaitShown("\"sent\":8");
    }

    @Test
    void refuseWhatTheyDoNotKnow() throws Exception {
        awaitShown("\"name\":\"hook\"");

        assertThat(post("hook/pause", "", "").statusCode()).isEqualTo(415);
        assertThat(post("hook/pause", "text/plain", "").statusCode()).isEqualTo(415);
        assertThat(post("hook/pause?x=1", "application/json", "").statusCode()).isEqualTo(400);
        assertThat(post("hok/pause", "application/json", "").statusCode()).isIn(404, 503);
        assertThat(post("hook/replay", "application/json", "{}").body())
                .contains("the body must be such as {\\\"from\\\":");
        assertThat(post("hook/replay", "application/json", HOUR.formatted("9999-01-01T00:00:00Z"))
                        .body())
                .contains("from must not be in the future");
        assertThat(post("hook/replay", "application/json", "{\"from\":\"" + "1".repeat(5_000) + "\"}")
                        .statusCode())
                .isEqualTo(400);
    }
}
