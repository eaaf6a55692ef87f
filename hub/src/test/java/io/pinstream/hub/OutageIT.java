package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.config.ConfigTree;
import io.pinstream.embedded.EmbeddedBroker;
import io.pinstream.embedded.EmbeddedKafka;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.watch.LoggingWatch;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the hub does and says while the servers that it needs are away.
class OutageIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /// To the broker: one for packs, one for commands, each of which is said by its name.
    private static final long CONNECTIONS = 2;

    private final Logger logger = Logger.getLogger("io.pinstream.hub");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(listener);
    }

    @Test
    @SuppressWarnings("try") // the hub is closed where the test wants it
    void keepsTryingAndSaysOnceThatTheyAreAwayAndOnceThatTheyAreBack() throws Exception {
        // Given a hub that is started first
        int mqttPort = freePort();
        int kafkaPort = freePort();
        var data = RealKafka.folder("outage");
        try (var hub = hub(mqttPort, kafkaPort)) {
            await().atMost(LIMIT).until(() -> said("Kafka is away") == 1 && said("broker is away") == CONNECTIONS);
            assertThat(get(hub, "/readyz")).isEqualTo(503);
            assertThat(get(hub, "/healthz")).isEqualTo(200);

            // When the servers come
            try (var _ =
                    EmbeddedBroker.start(RealKafka.folder("outage-mqtt"), mqttPort, EmbeddedBroker.Keep.IN_MEMORY)) {
                try (var _ = EmbeddedKafka.start(data, kafkaPort)) {
                    // Then
                    await().atMost(LIMIT).until(() -> get(hub, "/readyz") == 200);
                    assertThat(said("Kafka takes events again")).isEqualTo(1);
                    await().atMost(LIMIT).until(() -> said("broker is back") == CONNECTIONS);
                    assertThat(said("lane is open")).isEqualTo(2);
                }

                // When Kafka goes
                await().atMost(LIMIT).until(() -> get(hub, "/readyz") == 503);
                await().atMost(LIMIT).until(() -> said("Kafka is away") == 2);

                // And comes again
                try (var _ = EmbeddedKafka.start(data, kafkaPort)) {
                    await().atMost(LIMIT).until(() -> get(hub, "/readyz") == 200);
                    await().atMost(LIMIT).until(() -> said("Kafka takes events again") == 2);
                    hub.close();
                }
            }
        }
        assertThat(said("hub has stopped")).isEqualTo(1);
        assertThat(said("Kafka is away")).isEqualTo(2);
        assertThat(said("broker is away")).isEqualTo(CONNECTIONS);
    }

    @Test
    @SuppressWarnings("try") // the hub is closed where the test wants it
    void endsWhileTheyAreAway() throws Exception {
        // Given
        try (var hub = hub(freePort(), freePort())) {
            await().atMost(LIMIT).until(() -> said("Kafka is away") == 1 && said("broker is away") == CONNECTIONS);

            // When
            hub.close();

            // Then
            assertThat(hub.await()).isInstanceOf(Hub.End.Closed.class);
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("lanes", "ingest", "kafka", "commands");
        }
    }

    private long said(String what) {
        return lines.stream().filter(line -> line.startsWith(what)).count();
    }

    private static Hub hub(int mqttPort, int kafkaPort) throws IOException {
        var tree = ConfigTree.parse("hub.yaml", """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "127.0.0.1:%d", lanes: 2}
                web: {port: 0}
                """.formatted(mqttPort, kafkaPort));
        var time = TimeSource.system();
        return Hub.start(HubConfig.read(tree).orElseThrow(), time, new LoggingWatch(time));
    }

    private static int get(Hub hub, String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.webPort() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
