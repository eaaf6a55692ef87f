package io.pinstream.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The invariant: what is understood here means the same to picocli, which the manual is made from; everything
/// else is left to picocli.
class RunningTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run -v",
                "run -c /a.yaml",
                "run --config /a.yaml --verbose",
                "run -v -c /a.yaml",
                "run -c /etc/pin stream/agent.yaml"
            })
    void understandsWhatAServiceManagerSays(String line) {
        var arguments = split(line);

        var ours = Running.of(arguments).orElseThrow();

        var picocli = Main.line().parseArgs(arguments).subcommand();
        assertThat(picocli.commandSpec().name()).isEqualTo("run");
        assertThat(picocli.matchedOptionValue("-v", false)).isEqualTo(ours.verbose());
        assertThat(picocli.matchedOptionValue("-c", Path.of(Running.DEFAULT_FILE)))
                .isEqualTo(ours.file());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "check",
                "check -c /a.yaml",
                "run --help",
                "run -h",
                "run -c",
                "run -c -v",
                "run -vc /a.yaml",
                "run --config=/a.yaml",
                "run -c /a.yaml -c /b.yaml",
                "run -v -v",
                "run -c \"/a.yaml\"",
                "run -c a.yaml",
                "run -c @/a.yaml",
                "run /a.yaml",
                "-v run"
            })
    void leavesEverythingElseToPicocli(String line) {
        assertThat(Running.of(split(line))).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithTheConfiguration(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("agent.yaml"), "device: x y\n");
        var err = new StringWriter();

        int code = new Running(file, false).execute(new PrintWriter(err));

        assertThat(code).isEqualTo(Main.BAD_CONFIG);
        assertThat(err.toString()).contains("agent.yaml:1").contains("nothing was started");
    }

    @Test
    void saysInASentenceWhyItCannotRun(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("agent.yaml"), """
                device: d1
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: "/dev/null/outbox"}
                sensors:
                  machine: {type: host}
                """);
        var err = new StringWriter();

        int code = new Running(file, false).execute(new PrintWriter(err));

        assertThat(code).as(err.toString()).isEqualTo(Main.FAILED);
        assertThat(err.toString()).startsWith("pinstream-agent: ").contains("/dev/null/outbox");
    }

    /// At spaces that an option or a path follows.
    private static String[] split(String line) {
        return Optional.of(line)
                .filter(text -> !text.isEmpty())
                .map(text -> text.split(" (?!stream)"))
                .orElse(new String[0]);
    }
}
