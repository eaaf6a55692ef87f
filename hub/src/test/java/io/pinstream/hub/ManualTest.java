package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.AutoComplete;
import picocli.CommandLine;

/// What the package says of the program: its manual page and what a shell completes.
class ManualTest {
    private static final Path PACKAGE = Path.of(System.getProperty("pinstream.root"), "deploy/hub/src/deb");

    private final CommandLine line = Main.line();

    @Test
    void completesWhatTheCommandsAre() throws Exception {
        var script = AutoComplete.bash("pinstream-hub", line);
        var bash = script.substring(script.indexOf('\n') + 1); // it is read by a shell, and starts none
        var made = Files.writeString(Path.of("target", "pinstream-hub.bash"), bash);

        assertThat(PACKAGE.resolve("completion/pinstream-hub"))
                .as("if this differs, copy %s there", made.toAbsolutePath())
                .hasContent(bash);
    }

    @Test
    void listsEveryCommandAndItsPurposeInTheManual() throws Exception {
        var manual = Files.readString(PACKAGE.resolve("man/pinstream-hub.1")).replace("\\-", "-");

        for (var command : line.getSubcommands().values()) {
            var name = command.getCommandName();
            assertThat(manual.lines()).as("%s in the manual page", name).anyMatch(text -> text.equals(".B " + name));
            var purpose =
                    command.getCommandSpec().usageMessage().description()[0].split("[.,]")[0];
            assertThat(manual.replace('\n', ' ')).contains(purpose);
        }
    }
}
