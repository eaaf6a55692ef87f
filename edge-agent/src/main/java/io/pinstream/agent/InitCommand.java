package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.scan.Pasted;
import io.pinstream.agent.scan.Scan;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.event.DeviceId;
import io.pinstream.report.JsonText;
import io.pinstream.time.TimeSource;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pinstream-agent init`: a first configuration, from a few questions or from flags. What it writes has been read
/// by the reader that `run` uses.
@Command(
        name = "init",
        description = {
            "Writes a first configuration: asks on a terminal, or takes flags. Sensors that are found are taken over.",
            "A file that is there already stays as it is, unless --force is given."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without a terminal: pinstream-agent init --yes --broker tcp://hub:1883 --sensor 'door: {type: contact, line: 17}'"
        })
final class InitCommand implements Callable<Integer> {
    /// It holds no secret, only the name of a password's file, and the agent's own user must read it.
    private static final String EVERYBODY_READS = "rw-r--r--";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--device", paramLabel = "ID", description = "the name of this device (default: its host name)")
    private @Nullable String device;

    @Option(
            names = "--broker",
            paramLabel = "URL",
            description = "tcp://host:port or tls://host:port (default: tcp://127.0.0.1:1883)")
    private @Nullable String broker;

    @Option(names = "--username", description = "who we are to the broker")
    private @Nullable String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "a file with the password; the configuration names it and does not hold the password")
    private @Nullable Path passwordFile;

    @Option(
            names = "--sensor",
            paramLabel = "YAML",
            description =
                    "a sensor, such as 'door: {type: contact, line: 17}'; may be given again. Without: what is found")
    private List<String> sensors = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "/etc/pinstream/agent.yaml",
            description = "where to write (default: ${DEFAULT-VALUE})")
    private Path output = Path.of("");

    @Option(names = "--force", description = "write over a file that is there")
    private boolean force;

    @Option(
            names = {"-y", "--yes"},
            description = "ask nothing: flags and defaults")
    private boolean yes;

    /// Hidden: tests must not ask what is wired to the machine that they run on.
    @Option(names = "--root", hidden = true, description = "what stands for / in front of /dev, /sys and /proc")
    private Path root = Board.Config.DEFAULT.root();

    @Override
    public Integer call() throws IOException {
        var err = spec.commandLine().getErr();
        if (Files.exists(output) && !force) {
            err.printf(
                    "pinstream-agent: %s is there already: name another with --output, or write over it with --force%n",
                    output);
            return Main.FAILED;
        }
        if (yes) {
            return write(answers(Optional.empty()));
        }
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
            err.printf("pinstream-agent: this is no terminal, so nothing can be asked: give --yes for the defaults, and"
                    + " --device, --broker, --sensor for what is not%n");
            return CommandLine.ExitCode.USAGE;
        }
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        return write(answers(Optional.of(new Questions(in, spec.commandLine().getOut()))));
    }

    /// Asks, and asks again until the answer fits. The end of the input takes the default.
    record Questions(BufferedReader in, PrintWriter out) {
        String ask(String question, String standard, Function<String, Optional<String>> problem) throws IOException {
            while (true) {
                out.printf("%s [%s]: ", question, standard);
                out.flush();
                @Nullable String line = in.readLine();
                if (line == null || line.isBlank()) {
                    return standard;
                }
                var wrong = problem.apply(line.strip());
                if (wrong.isEmpty()) {
                    return line.strip();
                }
                out.println(wrong.get());
            }
        }

        boolean agrees(String question) throws IOException {
            var answer = ask(
                    question,
                    "yes",
                    text -> text.matches("(?i)y(es)?|no?") ? Optional.empty() : Optional.of("yes or no, please"));
            return answer.toLowerCase(Locale.ROOT).startsWith("y");
        }
    }

    /// The text of the configuration.
    String answers(Optional<Questions> questions) throws IOException {
        var named = device;
        if (named == null) {
            var standard = hostName();
            named = questions.isPresent()
                    ? questions.get().ask("Name of this device", standard, InitCommand::problemWithDevice)
                    : standard;
        }
        var url = broker;
        if (url == null) {
            var standard = AgentConfig.DEFAULT_BROKER.toString();
            url = questions.isPresent()
                    ? questions.get().ask("MQTT broker", standard, InitCommand::problemWithBroker)
                    : standard;
        }
        var yaml = new StringBuilder();
        yaml.append("# Every key and its default: deploy/agent.example.yaml. What is wrong: pinstream-agent check\n");
        yaml.append("device: %s%n%nbroker:%n  url: %s%n".formatted(JsonText.quoted(named), JsonText.quoted(url)));
        if (username != null) {
            yaml.append("  username: %s%n".formatted(JsonText.quoted(username)));
        }
        if (passwordFile != null) {
            yaml.append("  password: ${file:%s}%n".formatted(passwordFile.toAbsolutePath()));
        }
        return yaml.append('\n').append(sensors(questions)).toString();
    }

    private String sensors(Optional<Questions> questions) throws IOException {
        if (!sensors.isEmpty()) {
            return "sensors:\n  " + String.join("\n  ", sensors) + "\n";
        }
        var found = scan();
        if (questions.isPresent()) {
            questions.get().out().print(Pasted.yaml(found.found()));
            if (!questions.get().agrees("Take these sensors over")) {
                return Pasted.yaml(List.of());
            }
        }
        return Pasted.yaml(found.found());
    }

    /// A board that cannot be looked at has no sensors that we could name.
    private Scan.Report scan() {
        AgentLog.toStandardError(false);
        try (var board = Board.open(new Board.Config(Board.Config.AUTO, Optional.empty(), root), TimeSource.system())) {
            return new Scan(board, SensorConfig.signs()).run(OptionalInt.empty());
        } catch (IOException failed) {
            spec.commandLine().getErr().println("pinstream-agent: sensors were not looked for: " + failed.getMessage());
            return new Scan.Report(List.of(), List.of());
        }
    }

    /// Writes beside it, has it read, and only then puts it into its place.
    private int write(String yaml) throws IOException {
        var folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            spec.commandLine()
                    .getErr()
                    .printf("pinstream-agent: there is no folder %s: sudo install -d %s%n", folder, folder);
            return Main.FAILED;
        }
        var beside = Files.createTempFile(folder, ".agent", ".yaml");
        try {
            Files.writeString(beside, yaml);
            giveRights(beside);
            var read = AgentConfig.read(beside);
            if (read.config().isEmpty()) {
                var err = spec.commandLine().getErr();
                read.problems().forEach(problem -> err.println(problem.message()));
                err.printf("%d problems; nothing was written%n", read.problems().size());
                return Main.BAD_CONFIG;
            }
            Files.move(beside, output, StandardCopyOption.ATOMIC_MOVE);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s is written: device %s, %d sensors%nNext: pinstream-agent doctor -c %s%n      pinstream-agent run -c %s%n",
                            output,
                            read.config().get().device(),
                            read.config().get().sensors().size(),
                            output,
                            output);
            return 0;
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /// Those of the file that it takes the place of.
    private void giveRights(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (Files.exists(output)) {
            var before = Files.readAttributes(output, PosixFileAttributes.class);
            view.setGroup(before.group());
            view.setOwner(before.owner());
            view.setPermissions(before.permissions());
        } else {
            view.setPermissions(PosixFilePermissions.fromString(EVERYBODY_READS));
        }
    }

    private static Optional<String> problemWithDevice(String text) {
        try {
            var ignored = new DeviceId(text);
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private static Optional<String> problemWithBroker(String text) {
        try {
            return MqttLink.Config.problemWith(URI.create(text));
        } catch (IllegalArgumentException wrong) {
            return Optional.of("broker must be tcp://host:port or tls://host:port");
        }
    }

    /// As the kernel knows it; a name that is no device id has its other characters made dashes.
    private static String hostName() {
        String name;
        try {
            name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException unknown) {
            name = "";
        }
        var id = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^\\.+", "");
        return id.isEmpty() ? "device" : id.substring(0, Math.min(id.length(), 64));
    }
}
