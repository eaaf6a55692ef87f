package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.command.NoCommands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.hub.web.Readiness.Check;
import io.pinstream.time.ManualTime;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {
    private static final WebServer.Config ANY_PORT = new WebServer.Config("127.0.0.1", 0);

    private volatile Readiness readiness = new Readiness(List.of(new Check("broker", ""), new Check("kafka", "")));

    @Test
    void saysWhatIsInTheWayUntilItIsReady() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(server, "/readyz").body())
                    .isEqualTo("{\"ready\":true,\"checks\":[{\"name\":\"broker\",\"ready\":true},"
                            + "{\"name\":\"kafka\",\"ready\":true}]}\n");

            readiness = new Readiness(List.of(new Check("broker", "not \"connected\""), new Check("kafka", "")));

            assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(server, "/readyz").body())
                    .contains("{\"name\":\"broker\",\"ready\":false,\"reason\":\"not \\\"connected\\\"\"}");
            assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void servesMetricsInPrometheusTextFormat() throws Exception {
        try (var server = open(ANY_PORT, "a_total 1\n")) {
            var answer = get(server, "/metrics");

            assertThat(answer.body()).isEqualTo("a_total 1\n");
            assertThat(answer.headers().firstValue("content-type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            assertThat(get(server, "/nothing").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void servesTheDashboardsFilesForGoodAndItsPageUntilItChanges() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            var page = get(server, "/");
            var files = Pattern.compile("/page/[0-9a-f]{16}/([a-z0-9-]+[.][a-z]+)")
                    .matcher(page.body())
                    .results()
                    .toList();

            assertThat(page.headers().firstValue("content-security-policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .startsWith("default-src 'none'; script-src 'self';")
                            .doesNotContain("unsafe")
                            .contains("require-trusted-types-for 'script'"));
            assertThat(page.headers().firstValue("cache-control")).contains("no-cache");
            assertThat(get(
                                    server,
                                    "/",
                                    "If-None-Match",
                                    page.headers().firstValue("etag").orElseThrow())
                            .statusCode())
                    .isEqualTo(304);
            for (var file : files) {
                var answer = get(server, file.group());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("cache-control"))
                        .hasValueSatisfying(kept -> assertThat(kept).contains("immutable"));
            }
            assertThat(get(server, "/page/older/main.js").headers().firstValue("cache-control"))
                    .contains("no-cache");
            assertThat(get(server, "/page/older/Dashboard.class").statusCode()).isEqualTo(404);
            assertThat(get(server, "/page/older/..%2fopenapi.yaml").statusCode())
                    .isIn(400, 404);
            // What the page does not name would be loaded late, and never if it is misspelt.
            try (var folder = Files.list(Path.of("src/main/resources/io/pinstream/hub/web/page"))) {
                assertThat(folder.map(path -> path.getFileName().toString())
                                .filter(name -> !name.equals("index.html") && !name.endsWith("LICENSE")))
                        .containsExactlyInAnyOrderElementsOf(
                                files.stream().map(file -> file.group(1)).toList());
            }
        }
    }

    @Test
    void letsNobodyInWithoutATokenOnceThereIsOne() throws Exception {
        // Given
        var viewer = WebServer.Token.make("ann", Role.VIEWER, new SecureRandom());
        var known = Map.of("ann", new WebServer.Token(viewer.role(), viewer.hash()));

        try (var server = open(new WebServer.Config("127.0.0.1", 0, List.of(), known), "a 1\n")) {
            // Then
            assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
            for (var path : List.of("/metrics", "/api/v1/status", "/api/v1/stream", "/api/v1/nothing")) {
                var refused = get(server, path);
                assertThat(refused.statusCode()).as(path).isEqualTo(401);
                assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer realm=\"pinstream\"");
                assertThat(get(server, path, "Authorization", "Bearer ann.wrong")
                                .statusCode())
                        .as(path)
                        .isEqualTo(401);
            }
            var right = "Bearer " + viewer.secret().reveal();
            assertThat(get(server, "/metrics", "Authorization", right).body()).isEqualTo("a 1\n");

            // When
            for (int i = 0; i < 10; i++) {
                get(server, "/metrics", "Authorization", "Bearer ann.wrong" + i);
            }

            // Then
            var limited = get(server, "/metrics", "Authorization", "Bearer bob.wrong");
            assertThat(limited.statusCode()).isEqualTo(429);
            assertThat(limited.headers().firstValue("retry-after")).isPresent();
            assertThat(get(server, "/metrics", "Authorization", right).statusCode())
                    .as("who was right before")
                    .isEqualTo(200);
        }
    }

    @Test
    void answersToNamesOfThisMachineOnlyWhileItIsOpen() throws Exception {
        try (var server = open(new WebServer.Config("127.0.0.1", 0, List.of("hub.example.org"), Map.of()), "")) {
            assertThat(raw(server, "Host: evil.example.org:8080")).contains(" 421 ", "evil.example.org");
            assertThat(raw(server, "Host: localhost")).contains(" 200 ");
            assertThat(raw(server, "Host: [::1]:8080")).contains(" 200 ");
            assertThat(raw(server, "Host: Hub.Example.org:443")).contains(" 200 ");
        }
    }

    @Test
    void tellsBrowsersToBeStrictAndLetsNoOtherPageRead() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            var answer = get(server, "/api/v1/status", "Origin", "http://evil.example.org");

            assertThat(answer.headers().map())
                    .containsEntry("x-content-type-options", List.of("nosniff"))
                    .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
                    .doesNotContainKey("access-control-allow-origin");
            assertThat(answer.headers().firstValue("content-security-policy"))
                    .hasValueSatisfying(policy -> assertThat(policy).startsWith("default-src 'self';"));
        }
    }

    @Test
    void servesSocketIoToItsOwnPagesOnly() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            var path = "/socket.io/?EIO=4&transport=polling";

            var ours = get(server, path, "Origin", "http://localhost:" + server.port());
            assertThat(ours.statusCode()).isEqualTo(200);
            assertThat(ours.body()).startsWith("0{\"sid\"");
            var foreign = get(server, path, "Origin", "http://evil.example.org");
            assertThat(foreign.statusCode()).isEqualTo(403);
            assertThat(foreign.body()).contains("\"detail\":\"a page of");
            assertThat(foreign.headers().map()).doesNotContainKey("access-control-allow-origin");
        }
    }

    /// What the platform's client does not let us say: another host.
    private static String raw(WebServer server, String header) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            var request = "GET /metrics HTTP/1.1\r\n" + header + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// The document and the server cannot drift apart.
    @Test
    void describesEveryRouteAndNoOther() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            var document = get(server, "/api/v1/openapi.yaml").body();
            var described = new HashSet<String>();
            var path = "";
            for (var line : document.lines().toList()) {
                var route = Pattern.compile("  (/\\S*):").matcher(line);
                path = route.matches() ? route.group(1) : path;
                var method = Pattern.compile("    (get|put|post|patch|delete):").matcher(line);
                if (method.matches()) {
                    described.add(method.group(1).toUpperCase(Locale.ROOT) + " " + path);
                }
            }

            assertThat(document).startsWith("openapi: 3.1.0\n");
            assertThat(described).isEqualTo(server.routes()).hasSizeGreaterThan(10);
        }
    }

    @Test
    void answersWithProblemDetails() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            assertThat(get(server, "/api/v1/devices").statusCode()).isEqualTo(503);
            assertThat(get(server, "/api/v1/devices").body())
                    .isEqualTo("{\"type\":\"about:blank\",\"title\":\"The hub cannot do that now\",\"status\":503,"
                            + "\"detail\":\"the topic of devices is not read yet\"}\n");
            assertThat(get(server, "/api/v1/stuff").body()).contains("\"status\":404", "GET /api/v1/stuff");
            assertThat(get(server, "/api/v1/status?x=1").body()).contains("\"status\":400", "is no parameter here");
            assertThat(get(server, "/api/v1/devices/a/latest").body())
                    .contains("\"status\":503", "there is no Kafka here");
        }
    }

    @Test
    void answersNothingNewToAClientThatHasTheSameAlready() throws Exception {
        try (var server = open(ANY_PORT, "")) {
            var tag =
                    get(server, "/api/v1/outlets").headers().firstValue("etag").orElseThrow();

            var again = get(server, "/api/v1/outlets", "If-None-Match", tag);

            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(get(server, "/api/v1/outlets", "If-None-Match", "\"x\"").body())
                    .isEqualTo("{\"outlets\":[]}\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.168.1.7", "::", "hub.example.org"})
    void listensOnNothingButLoopback(String host) {
        assertThatThrownBy(() -> new WebServer.Config(host, 8080))
                .hasMessage("host must be a loopback address such as 127.0.0.1, but was \"" + host
                        + "\": any other needs web.tokens or web.oidc, so that nobody asks without a login; make a token with"
                        + " pinstream-hub token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "localhost"})
    void knowsLoopbackByAllItsNames(String host) {
        assertThat(new WebServer.Config(host, 0).host()).isEqualTo(host);
    }

    @Test
    void saysInOneSentenceThatThePortIsTaken() throws Exception {
        try (var first = open(ANY_PORT, "")) {
            var same = new WebServer.Config("127.0.0.1", first.port());

            assertThatThrownBy(() -> open(same, ""))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen on http://127.0.0.1:" + first.port() + ": ")
                    .hasMessageContaining("in use");
        }
    }

    private WebServer open(WebServer.Config config, String metrics) throws IOException {
        var time = new ManualTime();
        EventLog nothing = () -> {
            throw new IOException("there is no Kafka here");
        };
        return WebServer.open(
                config,
                new WebServer.Sources(
                        () -> metrics,
                        () -> readiness,
                        new Figures(time)::look,
                        new LiveFeed(nothing, LiveFeed.Config.DEFAULT, time, HubWatch.NONE),
                        new DeviceRegistry(nothing, HubWatch.NONE),
                        new History(nothing, History.Config.DEFAULT, time),
                        new DeadLetters(KafkaSettings.DEFAULT),
                        NoCommands.of(time),
                        NoOutlets.of(time),
                        time,
                        HubWatch.NONE));
    }

    private static HttpResponse<String> get(WebServer server, String path, String... headers) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
