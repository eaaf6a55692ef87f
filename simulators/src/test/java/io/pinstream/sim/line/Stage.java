package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.sim.process.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The whole line as processes of their own: mosquitto, a Kafka node, hubs and boards. For one test class.
final class Stage implements AutoCloseable {
    static final String EVENTS = "pinstream.events";
    static final String DEAD_LETTERS = "pinstream.dead-letters";

    /// `kcat -e` ends when all partitions are at their end at the same time: with a topic that is being written
    /// that may be never. Told to end, it writes out what it has, to the last whole record.
    private static final Optional<Duration> ENOUGH_OF_A_TOPIC = Optional.of(Duration.ofSeconds(10));

    private static final Map<String, String> ENVIRONMENT_OF_CLIENTS = Map.of("LC_ALL", "C.UTF-8");

    final Path folder;
    final int mqttPort;
    final String bootstrap;
    private final Deque<Program> running = new ArrayDeque<>();
    private Program broker;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private int number;

    Stage(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.mqttPort = Program.freePort();
        startBroker();
        int kafkaPort = Program.freePort();
        this.bootstrap = "127.0.0.1:" + kafkaPort;
        var kafka = java(
                "kafka",
                "io.pinstream.sim.Main",
                "kafka",
                "--port",
                "" + kafkaPort,
                "--data",
                folder.resolve("kafka").toString());
        kafka.awaitOutput("ready");
    }

    /// Starts mosquitto, which remembers nothing of an earlier one.
    void startBroker() throws IOException {
        broker = Program.mosquitto(folder, mqttPort);
        running.push(broker);
    }

    void killBroker() throws InterruptedException {
        broker.kill();
    }

    /// Starts a hub and waits until it listens.
    Program hub(String more) throws IOException {
        var config = folder.resolve("hub-%d.yaml".formatted(++number));
        Files.writeString(config, """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "%s"}
                web: {port: 0}
                %s
                """.formatted(mqttPort, bootstrap, more));
        return java("hub-" + number, "io.pinstream.hub.Main", "run", "--config", config.toString());
    }

    /// Starts an agent on a simulated board.
    ///
    /// @param yaml its configuration but for broker and outbox
    Program board(String device, String yaml, Path journal) throws IOException {
        var config = folder.resolve(device + ".yaml");
        Files.writeString(config, """
                device: %s
                broker: {url: "tcp://127.0.0.1:%d", longest-pause: 1s}
                outbox: {folder: "%s"}
                %s
                """.formatted(device, mqttPort, folder.resolve("outbox-" + device), yaml));
        return java(
                "board-" + device + "-" + ++number,
                "io.pinstream.sim.Main",
                "board",
                "--config",
                config.toString(),
                "--speed",
                "20",
                "--journal",
                journal.toString());
    }

    /// Reads the whole events topic and prints what `pinstream-hub audit --json` says.
    String audit() throws IOException, InterruptedException {
        return audit(folder, bootstrap);
    }

    static String audit(Path folder, String bootstrap) throws IOException, InterruptedException {
        var config = folder.resolve("audit.yaml");
        Files.writeString(config, "kafka: {bootstrap-servers: \"%s\"}\n".formatted(bootstrap));
        var log = folder.resolve("audit-%d.log".formatted(COUNT.incrementAndGet()));
        var audit = Program.java(
                "audit",
                log,
                List.of("-Xmx256m"),
                "io.pinstream.hub.Main",
                List.of("audit", "--config", config.toString(), "--json"));
        int exit = audit.waitFor(Duration.ofMinutes(1));
        var said = audit.output();
        assertThat(exit).as(said).isIn(0, 1);
        return said;
    }

    /// Everything that is in a topic and committed, by Debian's kcat.
    ///
    /// @param format as kcat's -f
    List<String> kafka(String topic, String format) throws IOException, InterruptedException {
        return kafka(folder, bootstrap, topic, format);
    }

    /// The same, for who has no stage.
    static List<String> kafka(Path folder, String bootstrap, String topic, String format)
            throws IOException, InterruptedException {
        var command = new String[] {
            "kcat",
            "-C",
            "-q",
            "-e",
            "-b",
            bootstrap,
            "-X",
            "isolation.level=read_committed",
            "-t",
            topic,
            "-o",
            "beginning",
            "-f",
            format
        };
        return feed(folder, new byte[0], ENOUGH_OF_A_TOPIC, command).lines().toList();
    }

    /// Runs a program to its end and returns what it printed.
    String run(String... command) throws IOException, InterruptedException {
        return run(folder, command);
    }

    /// The same, for who has no stage.
    static String run(Path folder, String... command) throws IOException, InterruptedException {
        return feed(folder, new byte[0], Optional.empty(), command);
    }

    /// The same, with something on its standard input.
    String feed(byte[] input, String... command) throws IOException, InterruptedException {
        return feed(folder, input, Optional.empty(), command);
    }

    /// @param enough when the program is told to end; empty: it must end by itself
    private static String feed(Path folder, byte[] input, Optional<Duration> enough, String... command)
            throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(command));
        all.set(
                0,
                Program.executable(command[0])
                        .orElseThrow(() -> new IOException(command[0] + " is not installed"))
                        .toString());
        var out = folder.resolve("out-%d".formatted(COUNT.incrementAndGet()));
        var builder = new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().putAll(ENVIRONMENT_OF_CLIENTS);
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input);
        }
        if (enough.isPresent() && !process.waitFor(enough.get())) {
            process.destroy();
        }
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("%s did not end within 30 s".formatted(all));
        }
        var said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s: %s", all, said).isZero();
        return said;
    }

    /// Starts a program that runs until it is ended.
    Program client(String name, String... command) throws IOException {
        var all = new ArrayList<>(List.of(command));
        all.set(
                0,
                Program.executable(command[0])
                        .orElseThrow(() -> new IOException(command[0] + " is not installed"))
                        .toString());
        var program = Program.start(name, folder.resolve("%s-%d.log".formatted(name, ++number)), all);
        running.push(program);
        return program;
    }

    private Program java(String name, String mainClass, String... arguments) throws IOException {
        var program = Program.java(
                name,
                folder.resolve(name + ".log"),
                List.of(
                        "-Xmx384m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                        "-Dslf4j.internal.verbosity=WARN"),
                mainClass,
                List.of(arguments));
        running.push(program);
        return program;
    }

    @Override
    public void close() {
        running.forEach(Program::close);
    }
}
