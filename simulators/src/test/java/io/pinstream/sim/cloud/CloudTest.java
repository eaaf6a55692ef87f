package io.pinstream.sim.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.time.TimeSource;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the stand-ins refuse, what they show, and what they do when they are told to fail.
class CloudTest {
    private static final String KEY = Base64.getEncoder().encodeToString("key".getBytes(StandardCharsets.US_ASCII));
    private static final String EVENT = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/d\",\"type\":\"t\"}";
    private final HttpClient client = HttpClient.newHttpClient();
    private Cloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = Cloud.start(
                new Cloud.Settings(0, "AKID", "secret", "eu-central-1", 4096, KEY, "token", Optional.empty(), 3),
                TimeSource.system());
    }

    @AfterEach
    void stop() {
        client.close();
        cloud.close();
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(cloud.url() + path)).POST(BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(cloud.url() + path)).build(), BodyHandlers.ofString());
    }

    private int publish(String body) throws Exception {
        return post(
                        "/api/events?api-version=2018-01-01",
                        body,
                        "aeg-sas-key",
                        KEY,
                        "Content-Type",
                        "application/cloudevents-batch+json; charset=utf-8")
                .statusCode();
    }

    @Test
    void takesEventsThatAreRightAndShowsThemAsText() throws Exception {
        var hostile = EVENT.replace("\"/d\"", "\"/<script>alert(1)</script>\"").replace("\"1\"", "\"a,b]\\\"}\"");

        assertThat(publish("[" + EVENT + ", " + EVENT.replace("\"t\"", "\"u\"") + "]"))
                .isEqualTo(200);
        assertThat(cloud.arrivals().after(1).getFirst().json()).contains("\"u\"");
        assertThat(publish("[" + hostile + "]"))
                .as("a source must be a URI reference")
                .isEqualTo(400);
        assertThat(publish("[" + EVENT.replace("\"t\"", "\"<script>\"") + "]")).isEqualTo(200);

        var page = get("/");
        assertThat(page.body()).contains("3 events arrived", "&lt;script&gt;").doesNotContain("<script>");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'");
        assertThat(get("/arrived?after=2").body().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("\"number\":3");
        assertThat(get("/arrived?after=x").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "[1]",
                "[{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/d\",\"type\":\"t\"}]",
                "[{\"specversion\":\"1.0\",\"source\":\"/d\",\"type\":\"t\"}]",
                "[{\"specversion\":\"1.0\",\"id\":\"1\",\"id\":\"2\",\"source\":\"/d\",\"type\":\"t\"}]",
                "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/d\",\"type\":\"t\",\"Upper\":\"x\"}]",
                "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/d\",\"type\":\"t\",\"time\":\"now\"}]",
                "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/d\",\"type\":\"t\",\"data\":1,\"data_base64\":\"\"}]",
                "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/d\",\"type\":\"t\",\"more\":{}}]"
            })
    void refusesWhatIsNoBatchOfCloudEvents(String body) throws Exception {
        assertThat(publish(body)).isEqualTo(400);
        assertThat(cloud.arrivals().count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/events?api-version=2018-01-01, aeg-sas-key, a2V5, 200",
        "/api/events?api-version=2018-01-01, aeg-sas-key, b3RoZXI=, 401",
        "/api/events?api-version=2018-01-01, Authorization, Bearer token, 200",
        "/api/events?api-version=2018-01-01, Authorization, Bearer other, 401",
        "/api/events?api-version=2018-01-01, aeg-sas-token, r=x&e=y&s=z, 401",
        "/api/events, aeg-sas-key, a2V5, 400",
        "/topics/sensors:publish?api-version=2024-06-01, Authorization, SharedAccessKey a2V5, 200",
        "/topics/sensors:publish?api-version=2024-06-01, Authorization, SharedAccessKey b3RoZXI=, 401",
        "/topics/sensors:publish?api-version=2024-06-01, aeg-sas-key, a2V5, 401",
        "/topics/sensors:publish?api-version=2018-01-01, Authorization, SharedAccessKey a2V5, 400",
        "/topics/a/b:publish?api-version=2024-06-01, Authorization, SharedAccessKey a2V5, 404",
        "/elsewhere, aeg-sas-key, a2V5, 404"
    })
    void takesOnlyFromWhomItKnows(String path, String header, String value, int status) throws Exception {
        var answer = post(path, "[" + EVENT + "]", header, value, "Content-Type", "application/cloudevents-batch+json");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void refusesABatchThatIsTooLarge() throws Exception {
        var large = EVENT.replace("\"t\"", "\"t\",\"data\":\"%s\"".formatted("x".repeat(1 << 20)));

        assertThat(publish("[" + large + "]")).isEqualTo(413);
        assertThat(publish("[" + large + "," + large + "]")).isEqualTo(413);
    }

    @Test
    void failsAsOrderedAndNoLonger() throws Exception {
        assertThat(post("/orders?status=429&retry-after=7&times=2", "").statusCode())
                .isEqualTo(200);
        var first = post(
                "/api/events?api-version=2018-01-01",
                "[" + EVENT + "]",
                "aeg-sas-key",
                KEY,
                "Content-Type",
                "application/cloudevents-batch+json");
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("Retry-After")).contains("7");
        assertThat(publish("[" + EVENT + "]")).isEqualTo(429);
        assertThat(publish("[" + EVENT + "]")).isEqualTo(200);
        assertThat(post("/orders?fault=nonsense", "").statusCode()).isEqualTo(400);
        assertThat(post("/orders?times=0", "").statusCode()).isEqualTo(400);
        assertThat(post("/orders?times=1", "", "Origin", "http://evil.example").statusCode())
                .isEqualTo(403);
    }

    @Test
    void putsNothingThatIsNotSigned() throws Exception {
        var answer = post("/", "{\"Entries\":[]}", "X-Amz-Target", "AWSEvents.PutEvents");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("MissingAuthenticationTokenException");
    }
}
