package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.link.Link;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.link.MqttSession;
import io.pinstream.agent.link.Tls;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.Secret;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Mosquittos with any settings, and the agent's links to them. For one test.
final class LinkBench implements AutoCloseable {
    static final String TOPIC = "up/device";

    /// Held, because the log manager holds loggers only weakly. The agent turns it off as well.
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// How something ends.
    interface Closing {
        void close() throws IOException;
    }

    private final Path folder;
    private final Deque<Closing> running = new ArrayDeque<>();
    private int number;

    LinkBench(Path folder) {
        this.folder = folder;
        PAHO.setLevel(Level.OFF);
    }

    /// One link, and everything that it has said of itself: what another one says is never taken for its own.
    final class Tested implements AgentWatch, Link.Listener {
        final List<String> said = new CopyOnWriteArrayList<>();
        final AtomicInteger changes = new AtomicInteger();
        private final MqttLink link;

        private Tested(MqttLink.Config config) {
            this.link = new MqttLink(
                    config, new Here(), MqttSession.byPaho(), TimeSource.system(), new SplittableRandom(1), this);
            running.push(link::close);
            link.start(this);
        }

        long connection() {
            return link.connection();
        }

        Link.Sent send(long connection, String text) {
            return link.send(
                    connection, new Envelope(TOPIC, Optional.empty(), Map.of("seq", "1"), text.getBytes(UTF_8)));
        }

        /// Waits until it is connected, and has told its listener so.
        void awaitUp() {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(changes.get())
                            .as("changes of a link that said %s", said)
                            .isPositive());
            assertThat(link.connection()).as("%s", said).isEqualTo(1);
        }

        /// Waits for its first complaint, which is the one that gets into the log.
        String awaitLost() {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(said).isNotEmpty());
            assertThat(said.getFirst()).startsWith("lost: ");
            return said.getFirst();
        }

        @Override
        public void linkUp(String broker) {
            said.add("up");
        }

        @Override
        public void linkLost(String broker, String reason) {
            said.add("lost: " + reason);
        }

        @Override
        public void publishRefused(String reason) {
            said.add("refused: " + reason);
        }

        @Override
        public void arrived(Envelope envelope) {}

        @Override
        public void changed() {
            changes.incrementAndGet();
        }
    }

    Tested link(MqttLink.Config config) {
        return new Tested(config);
    }

    /// Starts a mosquitto.
    ///
    /// @param more settings of its file, a line each
    int broker(String more) throws IOException {
        int port = Program.freePort();
        var config = folder.resolve("mosquitto-%d.conf".formatted(++number));
        // As root it would give its rights up, and could not read a test's folder.
        Files.writeString(config, "listener %d 127.0.0.1\nuser root\n%s".formatted(port, more));
        var program = Program.start(
                "mosquitto",
                folder.resolve("mosquitto-%d.log".formatted(number)),
                List.of(Program.executable("mosquitto").orElseThrow().toString(), "-c", config.toString()));
        running.push(program::close);
        program.awaitPort(port);
        return port;
    }

    /// What mosquitto_sub hears on [#TOPIC]. It may not have subscribed yet.
    Program subscriber(String... more) throws IOException {
        var command = new ArrayList<>(List.of("mosquitto_sub", "-V", "mqttv5", "-q", "1", "-t", TOPIC));
        command.addAll(List.of(more));
        var program = Program.start("sub", folder.resolve("sub-%d.log".formatted(++number)), command);
        running.push(program::close);
        return program;
    }

    static MqttLink.Config config(String broker, Optional<Tls> tls) {
        return new MqttLink.Config(
                URI.create(broker),
                "device",
                Optional.empty(),
                Optional.empty(),
                tls,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1));
    }

    static MqttLink.Config login(MqttLink.Config base, String user, String password) {
        return new MqttLink.Config(
                base.broker(),
                base.clientId(),
                Optional.of(user),
                Optional.of(new Secret(password)),
                base.tls(),
                base.connectTimeout(),
                base.keepAlive(),
                base.longestPause());
    }

    void closeWithThis(Closing other) {
        running.push(other);
    }

    @Override
    public void close() throws IOException {
        for (var one : running) {
            one.close();
        }
    }

    private static final class Here implements MqttLink.Presence {
        @Override
        public String answers() {
            return "down/device";
        }

        @Override
        public Envelope online() {
            return new Envelope("state/device", Optional.empty(), Map.of(), "on".getBytes(UTF_8));
        }

        @Override
        public Envelope offline() {
            return new Envelope("state/device", Optional.empty(), Map.of(), "off".getBytes(UTF_8));
        }
    }
}
