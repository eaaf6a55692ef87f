package io.pinstream.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.SensorId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InitCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void writesWhatTheFlagsSay() throws IOException {
        // Given
        var password = Files.writeString(folder.resolve("password"), "secret\n");

        // When
        int code = init(
                "--yes",
                "--device",
                "attic-7",
                "--broker",
                "tcp://hub.example:1883",
                "--username",
                "attic: \"7\"",
                "--password-file",
                password.toString(),
                "--sensor",
                "door: {type: contact, line: 17}",
                "--sensor",
                "machine: {type: host}");

        // Then
        assertThat(code).as(err.toString()).isZero();
        var config = AgentConfig.read(file()).config().orElseThrow();
        assertThat(config.device().value()).isEqualTo("attic-7");
        assertThat(config.broker().broker()).hasToString("tcp://hub.example:1883");
        assertThat(config.broker().username()).contains("attic: \"7\"");
        assertThat(config.broker().password().orElseThrow().reveal()).isEqualTo("secret");
        assertThat(config.sensors())
                .extracting(SensorConfig::id)
                .containsExactly(new SensorId("door"), new SensorId("machine"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r--r--");
        assertThat(Files.readString(file())).doesNotContain("secret");
        assertThat(out.toString()).contains("pinstream-agent doctor -c " + file());
    }

    @Test
    void takesOverWhatIsFoundAndAlwaysTheMachineItself() {
        assertThat(init("--yes")).as(err.toString()).isZero();

        var config = AgentConfig.read(file()).config().orElseThrow();
        assertThat(config.sensors()).extracting(SensorConfig::id).contains(new SensorId("machine"));
    }

    @Test
    void leavesAFileThatIsThereUnlessItIsForced() throws IOException {
        Files.writeString(file(), "mine");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));

        assertThat(init("--yes")).isEqualTo(Main.FAILED);
        assertThat(file()).hasContent("mine");
        assertThat(err.toString()).contains(file() + " is there already", "--force");

        assertThat(init("--yes", "--force")).as(err.toString()).isZero();
        assertThat(AgentConfig.read(file()).problems()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-r-----");
    }

    @Test
    void writesNothingThatTheAgentWouldNotTake() {
        int code = init("--yes", "--sensor", "door: {type: contacts, line: 17}");

        assertThat(code).isEqualTo(Main.BAD_CONFIG);
        assertThat(err.toString()).contains("did you mean contact", "nothing was written");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void doesNotWaitForAnswersWhereThereIsNoTerminal() {
        assertThat(init()).isEqualTo(2);
        assertThat(err.toString()).contains("no terminal", "--yes");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void asksAgainUntilAnAnswerFits() throws IOException {
        // Given
        var answers = "my device\nattic-7\nhttp://hub\n\nno\n";
        var questions =
                new InitCommand.Questions(new BufferedReader(new StringReader(answers)), new PrintWriter(out, true));

        // When
        var init = new InitCommand();
        new CommandLine(init).parseArgs("--root", folder.resolve("no-machine").toString());
        var yaml = init.answers(Optional.of(questions));

        // Then
        assertThat(yaml).contains("device: \"attic-7\"", "url: \"tcp://127.0.0.1:1883\"");
        assertThat(out.toString())
                .contains(
                        "device id may hold only", "broker must be tcp://host:port", "Take these sensors over [yes]: ");
    }

    private int init(String... arguments) {
        var all = new String[arguments.length + 5];
        all[0] = "init";
        all[1] = "--output";
        all[2] = file().toString();
        all[3] = "--root";
        all[4] = folder.resolve("no-machine").toString();
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        return Main.line()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }

    private Path file() {
        return folder.resolve("agent.yaml");
    }
}
