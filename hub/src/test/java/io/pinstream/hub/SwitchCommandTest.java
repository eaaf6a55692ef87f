package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.params.provider.ValueSource;

/// `pinstream-hub command` with a hub that answers as the test says.
final class SwitchCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> asked = new ArrayList<>();
    private HttpServer hub;
    private int status = 200;
    private String answer = "{\"device\":\"attic\",\"outcome\":\"done\",\"percent\":100}\n";

    @BeforeEach
    void start() throws IOException {
        hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add("%s %s %s %s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            body));
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        hub.start();
    }

    @AfterEach
    void stop() {
        hub.stop(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            on              | {"percent":100}
            off             | {"percent":0}
            37%             | {"percent":37}
            safe            | {"safe":true}
            on --for 1.5h   | {"percent":100,"for":"5400000ms"}
            """)
    void asksTheHub(String state, String body) throws IOException {
        var token = Files.writeString(folder.resolve("token"), "eve.secret\n");

        assertThat(run("attic fan " + state + " --wait 2s --token-file " + token))
                .isZero();

        assertThat(asked)
                .containsExactly("POST /api/v1/devices/attic/actuators/fan?wait=2000ms Bearer eve.secret " + body);
        assertThat(out.toString()).isEqualToIgnoringNewLines("attic fan is set to 100 %");
    }

    @ParameterizedTest
    @CsvSource({"400, 1", "404, 1", "409, 1", "502, 1", "401, 77", "403, 77", "503, 69", "504, 69"})
    void saysWhyNot(int said, int exit) {
        status = said;
        answer = "{\"status\":%d,\"detail\":\"it \\u001b rains\"}".formatted(said);

        assertThat(run("attic fan on")).isEqualTo(exit);

        assertThat(err.toString()).isEqualToIgnoringNewLines("pinstream-hub: it ? rains");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void printsWhatTheHubSays() {
        assertThat(run("attic fan on --json")).isZero();
        assertThat(out.toString()).isEqualTo(answer);
    }

    @Test
    void saysThatNobodyIsThere() {
        hub.stop(0);

        assertThat(run("attic fan on")).isEqualTo(69);
        assertThat(err.toString())
                .contains("refuses connections: does it run there?")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attic fan",
                "attic fan 101",
                "attic fan maybe",
                "at/tic fan on",
                "attic fan on --for 8d",
                "attic fan on --wait 61s",
                "attic fan on --hub ftp://x"
            })
    void asksNothingIfTheCommandLineIsWrong(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: pinstream-hub command").doesNotContain("\tat ");
        assertThat(asked).isEmpty();
    }

    private int run(String line) {
        var words = new ArrayList<>(List.of(("command " + line).split(" ")));
        if (!line.contains("--hub")) {
            words.addAll(List.of("--hub", "http://127.0.0.1:" + hub.getAddress().getPort()));
        }
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
    }
}
