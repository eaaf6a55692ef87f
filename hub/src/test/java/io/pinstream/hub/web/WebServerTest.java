package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.hub.web.Readiness.Check;
import io.pinstream.time.ManualTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
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
            assertThat(get(server, "/").statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.168.1.7", "::", "hub.example.org"})
    void listensOnNothingButLoopback(String host) {
        assertThatThrownBy(() -> new WebServer.Config(host, 8080))
                .hasMessage("host must be a loopback address such as 127.0.0.1, but was \"" + host
                        + "\": there is no login yet, so put a proxy in front that has one");
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
        var nothing = new LiveFeed(
                () -> {
                    throw new IOException("there is no Kafka here");
                },
                new LiveFeed.Config(0, 1, 1, 1024),
                time,
                HubWatch.NONE);
        return WebServer.open(config, new WebServer.Sources(() -> metrics, () -> readiness, nothing, time));
    }

    private static HttpResponse<String> get(WebServer server, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}
