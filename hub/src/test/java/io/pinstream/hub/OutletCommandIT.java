package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.pinstream.hub.outlet.Line;
import io.pinstream.hub.outlet.OutletStatus;
import io.pinstream.hub.outlet.Outlets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `pinstream-hub outlet` on a real Kafka, and a hub's outlets that obey it.
final class OutletCommandIT {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Line line;
    private HttpServer hook;
    private String outlets;
    private Path file;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
        outlets = """
                outlets:
                  hook:
                    type: http
                    to: {url: "http://127.0.0.1:%d"}
                """.formatted(hook.getAddress().getPort());
        file = Files.writeString(
                folder.resolve("hub.yaml"),
                "kafka: {bootstrap-servers: \"%s\", prefix: %s}\n%s"
                        .formatted(line.kafka.bootstrapServers(), line.kafka.prefix(), outlets));
    }

    @AfterEach
    void stop() {
        line.close();
        hook.stop(0);
    }

    private int run(String words) {
        var arguments = new ArrayList<>(List.of(("outlet " + words).split(" ")));
        arguments.addAll(List.of("-c", file.toString()));
        out.getBuffer().setLength(0);
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static void awaitState(Outlets hub, OutletStatus.State state) {
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == state);
    }

    @Test
    void pausesBeforeAnyHubRunsResumesAndReplays() {
        // Given
        line.write("attic", 5);

        // When
        assertThat(run("hook pause")).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("hook will rest");

        // Then
        var hub = line.hub(outlets);
        awaitState(hub, OutletStatus.State.PAUSED);
        assertThat(hub.list().getFirst().sent()).isZero();

        // And a replay waits until it is no longer paused
        assertThat(run("hook replay --from 2h")).isZero();
        assertThat(out.toString())
                .startsWith("hook will send again what came since 20")
                .contains(", once it is no");
        assertThat(run("hook resume")).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("hook will go on");
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 5);

        // And one comes at once
        assertThat(run("hook replay --from 2h")).isZero();
        assertThat(out.toString()).doesNotContain("paused");
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 10);

        // And from a time on, only what is younger
        var youngest = io.pinstream.time.TimeSource.system().instant().plusMillis(1);
        await().until(() -> io.pinstream.time.TimeSource.system().instant().isAfter(youngest));
        line.write("attic", 1);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 11);
        assertThat(run("hook replay --from " + youngest)).isZero();
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().sent() == 12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hok pause                             | has no outlet "hok"; it has hook
            hook stop                             | expected one of [PAUSE, RESUME, REPLAY]
            hook replay                           | replay needs --from, such as --from 2h
            hook pause --from 2h                  | --from is for replay only
            hook replay --from yesterday          | or how long ago
            hook replay --from 9999-01-01T00:00:00Z | --from must not be in the future
            """)
    void saysWhatIsWrong(String words, String expected) throws IOException {
        assertThat(run(words)).isEqualTo(2);

        assertThat(err.toString()).contains(expected);
    }
}
