package io.pinstream.sim.bench;

import io.pinstream.sim.process.Program;
import io.pinstream.sim.process.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What an agent of a benchmark finds around it: a board of files, a broker with TLS, and a hub with Kafka behind
/// it, each a process of its own.
final class Surroundings implements AutoCloseable {
    private final List<Program> programs = new ArrayList<>();
    private final Path folder;
    private final Path board;
    private final SelfSigned certificate;
    private final int mqttPort = Program.freePort();
    private final int tlsPort = Program.freePort();

    private Surroundings(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        this.board = FiledBoard.make(folder.resolve("board"));
        this.certificate = SelfSigned.make(folder);
    }

    /// Starts all of it, and returns when the hub takes packs.
    static Surroundings start(Path folder) throws IOException, InterruptedException {
        var surroundings = new Surroundings(folder);
        try {
            surroundings.start();
            return surroundings;
        } catch (IOException failure) {
            surroundings.close();
            throw failure;
        }
    }

    private void start() throws IOException {
        programs.add(Program.mosquitto(folder, mqttPort, """
                user %s
                listener %d 127.0.0.1
                certfile %s
                keyfile %s
                """.formatted(
                        System.getProperty("user.name"), tlsPort, certificate.certificate(), certificate.key())));
        int kafkaPort = Program.freePort();
        var data = folder.resolve("kafka").toString();
        var kafka = Program.java(
                "kafka",
                folder.resolve("kafka.log"),
                List.of("-Xmx1g"),
                "io.pinstream.sim.Main",
                List.of("kafka", "--port", "" + kafkaPort, "--data", data));
        programs.add(kafka);
        kafka.awaitPort(kafkaPort);
        var config = folder.resolve("hub.yaml");
        Files.writeString(config, """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "127.0.0.1:%d"}
                web: {port: 0}
                """.formatted(mqttPort, kafkaPort));
        var hub = Program.java(
                "hub",
                folder.resolve("hub.log"),
                List.of("-Xmx512m"),
                "io.pinstream.hub.Main",
                List.of("run", "--config", config.toString()));
        programs.add(hub);
        hub.awaitOutput("lane is open lane=3");
    }

    /// Where the broker listens without TLS, for who watches.
    int mqttPort() {
        return mqttPort;
    }

    /// Writes the configuration of an agent here.
    ///
    /// @param more lines of YAML that say what it reads and how it packs
    Path configuration(String device, Path home, String more) throws IOException {
        return Files.writeString(
                home.resolve("agent.yaml"), """
                device: %s
                broker: {url: "tls://localhost:%d", tls: {ca: "%s"}}
                board: {root: "%s"}
                %s""".formatted(device, tlsPort, certificate.certificate(), board, more));
    }

    @Override
    public void close() {
        programs.reversed().forEach(Program::close);
    }
}
