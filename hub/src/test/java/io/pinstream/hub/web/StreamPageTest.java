package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.hub.command.NoCommands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.live.MemoryLog;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The event stream over a log in memory.
class StreamPageTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final LiveFeed.Config SMALL = new LiveFeed.Config(2, 1, 500, 1 << 20);

    private final MemoryLog log = new MemoryLog(7, 1, new Random(1)).patient();
    private final HttpClient client = HttpClient.newHttpClient();
    private LiveFeed feed;
    private Thread live;
    private WebServer server;

    private void open(EventLog events, LiveFeed.Config config, Duration heartbeat) throws IOException {
        var time = TimeSource.system();
        feed = new LiveFeed(events, config, time, HubWatch.NONE);
        live = Thread.ofPlatform().name("live").start(feed);
        server = WebServer.open(
                new WebServer.Config("127.0.0.1", 0),
                new WebServer.Sources(
                        () -> "",
                        () -> new Readiness(List.of()),
                        new Figures(time)::look,
                        feed,
                        new DeviceRegistry(events, HubWatch.NONE),
                        new History(events, History.Config.DEFAULT, time),
                        new DeadLetters(KafkaSettings.DEFAULT),
                        NoCommands.of(time),
                        NoOutlets.of(time),
                        time,
                        HubWatch.NONE),
                heartbeat);
    }

    @AfterEach
    void stop() throws InterruptedException {
        feed.close();
        live.join(LIMIT);
        client.close();
        server.close();
    }

    private HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/api/v1/stream%s".formatted(server.port(), query)))
                .timeout(LIMIT);
    }

    private HttpResponse<String> get(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// Reads in the background, to the end of the stream.
    private List<String> lines(String query) {
        var lines = new CopyOnWriteArrayList<String>();
        var _ = client.sendAsync(request(query).build(), HttpResponse.BodyHandlers.ofLines())
                .thenAccept(answer -> answer.body().forEach(lines::add));
        return lines;
    }

    @Test
    void saysThatItIsAliveAndWhereItIsWhileTheFilterLetsNothingThrough() throws Exception {
        // Given
        open(log, SMALL, Duration.ofMillis(20));
        var lines = lines("?device=attic");
        await().atMost(LIMIT).until(() -> lines.contains("event: position"));

        // When
        log.append(0, "cellar", "air");

        // Then
        await().atMost(LIMIT)
                .until(() -> lines.stream().filter("event: position"::equals).count() == 2);
        assertThat(lines).contains(": ", "retry: 3000").noneMatch(line -> line.contains("cellar"));
        assertThat(lines.stream().filter(line -> line.startsWith("id: "))).doesNotHaveDuplicates();
    }

    @Test
    void tellsAnEventSourceToComeBackBecauseItWouldGiveUpAtAnyOtherAnswer() throws Exception {
        // Given
        EventLog away = () -> {
            throw new IOException("Kafka is away");
        };
        open(away, SMALL, StreamPage.HEARTBEAT);

        // When
        var browser = get(request("?since=1h").header("Accept", "text/event-stream"));
        var program = get(request("?since=1h"));

        // Then
        assertThat(browser.statusCode()).isEqualTo(200);
        assertThat(browser.body()).isEqualTo("retry: 10000\n\n: Kafka is away\n\n");
        assertThat(program.statusCode()).isEqualTo(503);
        assertThat(program.headers().firstValue("retry-after")).contains("5");
        assertThat(program.body()).contains("\"detail\":\"Kafka is away\"");
    }

    @Test
    void tellsAClientNotToComeBackWhereThereAreNoStreams() throws Exception {
        open(log, new LiveFeed.Config(0, 1, 1, 1024), StreamPage.HEARTBEAT);

        assertThat(get(request("").header("Accept", "text/event-stream")).statusCode())
                .isEqualTo(204);
    }

    @Test
    void letsAClientThatDoesNotReadHoldUpNobodyElse() throws Exception {
        // Given
        open(log, SMALL, StreamPage.HEARTBEAT);
        try (var stuck = new Socket("127.0.0.1", server.port())) {
            stuck.setSoTimeout((int) LIMIT.toMillis());
            stuck.getOutputStream()
                    .write("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            var other = lines("?policy=disconnect");
            await().atMost(LIMIT).until(() -> other.contains("event: position"));
            // The other one reads nothing but the first lines.
            var reader = new BufferedReader(new InputStreamReader(stuck.getInputStream(), StandardCharsets.UTF_8));
            while (!reader.readLine().equals("event: position")) {
                // Its stream is open now.
            }

            // When
            int all = 0;
            for (int batch = 0; batch < 100; batch++) {
                for (int i = 0; i < 200; i++) {
                    log.append(0, "attic", "air");
                }
                all += 200;
                int expected = all;
                await().pollInterval(Duration.ofMillis(5))
                        .atMost(LIMIT)
                        .until(() -> other.stream()
                                        .filter("event: io.pinstream.sample.v1"::equals)
                                        .count()
                                == expected);
            }

            // Then
            assertThat(other).doesNotContain("event: dropped");
            var line = reader.readLine();
            while (!line.equals("event: dropped")) {
                line = reader.readLine();
            }
            assertThat(reader.readLine()).matches("data: \\{\"events\":[1-9]\\d*}");
        }
    }
}
