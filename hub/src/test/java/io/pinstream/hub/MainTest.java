package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void tellsItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("pinstream-hub ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "check", "topics", "audit"})
    void helpsWithEveryCommand(String command) {
        // When
        int exit = command.isEmpty() ? run("--help") : run(command, "--help");

        // Then
        assertThat(exit).isZero();
        assertThat(out.toString()).startsWith("Usage: pinstream-hub").contains("-h, --help");
        assertThat(command.isEmpty() || out.toString().contains("-c, --config=FILE"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "topics", "audit"})
    void endsWith78AndAllProblemsAndStartsNothingIfTheConfigurationIsWrong(String command) throws IOException {
        // Given
        var file = Files.writeString(folder.resolve("hub.yaml"), "broker: {urll: x}\nweb: {port: -1}\n");

        // When
        int exit = run(command, "--config", file.toString());

        // Then
        assertThat(exit).isEqualTo(78);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("pinstream-hub: " + file))
                .anyMatch(line -> line.contains("hub.yaml:1:10 broker.urll is not a key of the broker"))
                .anyMatch(line -> line.contains("hub.yaml:2:13 web.port must be a whole number from 0 to 65535"));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void endsWith78IfThereIsNoSuchFile() {
        assertThat(run("check", "-c", folder.resolve("none.yaml").toString())).isEqualTo(78);
        assertThat(err.toString()).endsWith("none.yaml: there is no such file" + System.lineSeparator());
    }

    @Test
    void saysWhatAKeyComesToAndMasksSecrets() throws IOException {
        // Given
        var file = Files.writeString(
                folder.resolve("hub.yaml"),
                "broker: {username: hub, password: geheim}\nkafka: {client: {ssl.key.password: geheim}}\n");

        // When
        int exit = run("check", "-c", file.toString(), "--effective");

        // Then
        assertThat(exit).isZero();
        assertThat(out.toString())
                .contains("broker.password = *** (" + file + ":1)", "web.port = 8080 (default)")
                .contains("kafka.client.ssl.key.password = ***")
                .doesNotContain("geheim");
    }

    @Test
    void checksTheDefaultsWithoutAFile() {
        assertThat(run("check")).isZero();
        assertThat(out.toString()).startsWith("the default configuration is fine");
    }

    @Test
    void makesATokenThatTheConfigurationThenKnows() throws IOException {
        // When
        assertThat(run("token", "ann", "--role", "operator")).isZero();

        // Then
        var lines = out.toString().lines().map(String::strip).toList();
        assertThat(lines).anyMatch(line -> line.matches("ann\\.[A-Za-z0-9_-]{43}"));
        var yaml = "web:\n  host: 0.0.0.0\n  tokens:\n    " + lines.getLast() + "\n";
        assertThat(lines.getLast()).startsWith("ann: {role: operator, hash: \"pbkdf2-sha256:");
        assertThat(run(
                        "check",
                        "-c",
                        Files.writeString(folder.resolve("hub.yaml"), yaml).toString()))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "token a.b",
                "token a --role king",
                "--nonsense",
                "run --data x",
                "play",
                "check extra",
                "run --config"
            })
    void endsWith2IfTheCommandLineIsWrong(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("Usage: pinstream-hub").doesNotContain("\tat ");
    }

    @Test
    void endsWith69AndOneSentenceIfKafkaDoesNotAnswer() throws IOException {
        // Given a name that resolves nowhere (RFC 6761, section 6.4)
        var file = Files.writeString(folder.resolve("hub.yaml"), "kafka: {bootstrap-servers: 'kafka.invalid:9092'}");

        // When
        int exit = run("topics", "-c", file.toString());

        // Then
        assertThat(exit).isEqualTo(69);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("pinstream-hub: no connection to kafka.invalid:9092: ");
    }

    private int run(String... arguments) {
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
