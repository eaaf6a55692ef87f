package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.link.Link;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.link.Tls;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.Secret;
import io.pinstream.sim.process.Program;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The agent's link to a real mosquitto: cut, refused, encrypted.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LinkIT {
    private static final String TOPIC = "up/device";

    @TempDir
    static Path temporary;

    private static Certificates ours;
    private static Certificates others;

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> running = new CopyOnWriteArrayList<>();
    private int brokers;

    private final AgentWatch watch = new AgentWatch() {
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
    };

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = new Certificates(temporary.resolve("ours"), "our-ca");
        ours.sign("broker", "dns:localhost,ip:127.0.0.1", 5);
        ours.sign("elsewhere", "dns:elsewhere.example", 5);
        ours.sign("expired", "dns:localhost,ip:127.0.0.1", -5);
        ours.sign("device", "dns:device", 5);
        others = new Certificates(temporary.resolve("others"), "other-ca");
        others.sign("device", "dns:device", 5);
    }

    @AfterEach
    void end() throws Exception {
        for (var one : running.reversed()) {
            one.close();
        }
    }

    @Test
    void comesBackByItselfHoweverOftenItIsCut() throws Exception {
        // Given
        int port = broker("");
        var proxy = new Proxy(port);
        running.add(proxy);
        var heard = Program.start(
                "sub",
                temporary.resolve("heard.log"),
                List.of("mosquitto_sub", "-V", "mqttv5", "-p", "" + port, "-q", "1", "-t", TOPIC));
        running.add(heard);
        var link = link(config("tcp://127.0.0.1:" + proxy.port(), Optional.empty()));
        long connection = 0;

        for (int cut = 0; cut < 10; cut++) {
            // When it is up again, and messages are on their way
            long before = connection;
            await().atMost(Duration.ofSeconds(20)).until(() -> link.connection() > before);
            connection = link.connection();
            long now = connection;
            int number = cut;
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(link.send(now, message("message " + number))).isEqualTo(Link.Sent.SENT);
                assertThat(heard.output()).contains("message " + number + "\n");
            });
            assertThat(link.send(now - 1, message("too late"))).isEqualTo(Link.Sent.DOWN);
            for (int i = 0; i < 5; i++) {
                var ignored = link.send(now, message("in flight"));
            }
            proxy.cut();
        }

        // Then each connection was a new one
        long last = connection;
        await().atMost(Duration.ofSeconds(20)).until(() -> link.connection() > last);
        assertThat(link.connection()).isGreaterThanOrEqualTo(11);
        assertThat(heard.output()).doesNotContain("too late");
    }

    @Test
    void saysThatItIsBusyAndFlowsOn() throws Exception {
        // Given a broker that takes few messages at once
        int port = broker("max_inflight_messages 2\n");
        var link = link(config("tcp://127.0.0.1:" + port, Optional.empty()));
        await().atMost(Duration.ofSeconds(20)).until(() -> link.connection() == 1);

        // When
        int sent = 0;
        boolean busy = false;
        for (int i = 0; i < 100_000 && sent < 2_000; i++) {
            switch (link.send(1, message("x"))) {
                case SENT -> sent++;
                case BUSY -> busy = true;
                case DOWN -> throw new AssertionError(said);
            }
        }

        // Then
        assertThat(busy).isTrue();
        int before = sent;
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(link.send(1, message("y"))).isEqualTo(Link.Sent.SENT));
        assertThat(before).isPositive();
        assertThat(said).containsExactly("up");
    }

    @Test
    void logsInWithUserAndPasswordAndShowsNeither() throws Exception {
        // Given
        var passwords = temporary.resolve("passwords");
        var made =
                new ProcessBuilder("mosquitto_passwd", "-b", "-c", passwords.toString(), "greenhouse", "right").start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        int port = broker("allow_anonymous false\npassword_file %s\n".formatted(passwords));
        var base = config("tcp://127.0.0.1:" + port, Optional.empty());

        // When
        var wrong = link(with(base, "greenhouse", "hunter2"));

        // Then
        awaitLost("refused the login of device device (", "check username and password");
        wrong.close();
        var nobody = link(base);
        awaitLost("it wants a user name and password");
        nobody.close();
        assertThat(said).noneMatch(line -> line.contains("hunter2"));

        // When
        var right = link(with(base, "greenhouse", "right"));

        // Then
        await().atMost(Duration.ofSeconds(20)).until(() -> right.connection() == 1);
    }

    @Test
    void isToldThatTheBrokersRulesForbidItsTopic() throws Exception {
        // Given
        var rules = temporary.resolve("rules");
        Files.writeString(rules, "topic read down/device\ntopic write state/device\n");
        int port = broker("acl_file %s\n".formatted(rules));
        var link = link(config("tcp://127.0.0.1:" + port, Optional.empty()));
        await().atMost(Duration.ofSeconds(20)).until(() -> link.connection() == 1);

        // When
        assertThat(link.send(1, message("x"))).isEqualTo(Link.Sent.SENT);

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(said).contains("refused: not authorized"));
    }

    @Test
    void speaksTlsWithACertificateOfItsOwn() throws Exception {
        // Given
        int port = tlsBroker("broker");

        // When
        var link = link(config("tls://localhost:" + port, tls(Optional.of(ours), ours.authority())));

        // Then
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(link.connection()).as("%s", said).isEqualTo(1));
        assertThat(link.send(1, message("secret"))).isEqualTo(Link.Sent.SENT);
    }

    @Test
    void saysWhatIsWrongWithACertificateAndWhatToDo() throws Exception {
        int good = tlsBroker("broker");

        // The broker's is signed by somebody else
        var untrusting = link(config("tls://localhost:" + good, tls(Optional.of(ours), others.authority())));
        awaitLost("is not signed by the CA in", "tls.ca");
        untrusting.close();

        // It is for another name
        int elsewhere = tlsBroker("elsewhere");
        var misnamed = link(config("tls://localhost:" + elsewhere, tls(Optional.of(ours), ours.authority())));
        awaitLost("is for another name");
        misnamed.close();

        // It has expired
        int expired = tlsBroker("expired");
        var late = link(config("tls://localhost:" + expired, tls(Optional.of(ours), ours.authority())));
        awaitLost("has expired", "set this board's clock");
        late.close();

        // The device has none, or one of another CA
        var bare = link(config("tls://localhost:" + good, tls(Optional.empty(), ours.authority())));
        awaitLost("localhost:" + good);
        bare.close();
        var foreign = link(config("tls://localhost:" + good, tls(Optional.of(others), ours.authority())));
        awaitLost("localhost:" + good);
        foreign.close();

        // The port does not speak TLS at all, or speaks it and is asked without
        int plain = broker("");
        var plaintext = link(config("tls://localhost:" + plain, tls(Optional.of(ours), ours.authority())));
        awaitLost("localhost:" + plain);
        plaintext.close();
        var unencrypted = link(config("tcp://127.0.0.1:" + good, Optional.empty()));
        awaitLost("127.0.0.1:" + good);
        unencrypted.close();
        assertThat(said).noneMatch(line -> line.contains("Exception"));
    }

    private void awaitLost(String... parts) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(said)
                        .anySatisfy(
                                line -> assertThat(line).startsWith("lost: ").contains(parts)));
        said.clear();
    }

    private MqttLink link(MqttLink.Config config) {
        var link = new MqttLink(config, new Here(), new SplittableRandom(1), watch);
        running.add(link);
        link.start(new Link.Listener() {
            @Override
            public void arrived(Envelope envelope) {}

            @Override
            public void changed() {}
        });
        return link;
    }

    private static MqttLink.Config config(String broker, Optional<Tls> tls) {
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

    private static MqttLink.Config with(MqttLink.Config base, String user, String password) {
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

    private static Optional<Tls> tls(Optional<Certificates> own, Path authority) {
        return Optional.of(new Tls(
                Optional.of(authority),
                own.map(signed -> signed.certificate("device")),
                own.map(signed -> signed.key("device")),
                true));
    }

    private int tlsBroker(String certificate) throws IOException {
        return broker("""
                cafile %s
                certfile %s
                keyfile %s
                require_certificate true
                use_identity_as_username true
                """.formatted(ours.authority(), ours.certificate(certificate), ours.key(certificate)));
    }

    private int broker(String more) throws IOException {
        int port = Program.freePort();
        var config = temporary.resolve("mosquitto-%d.conf".formatted(port));
        // As root it would give its rights up, and could not read a test's folder.
        Files.writeString(
                config,
                "listener %d 127.0.0.1\nallow_anonymous true\nuser root\n%s"
                        .formatted(port, more)
                        .replace(
                                "allow_anonymous true\nuser root\nallow_anonymous false",
                                "user root\nallow_anonymous false"));
        var program = Program.start(
                "mosquitto",
                temporary.resolve("mosquitto-%d-%d.log".formatted(port, ++brokers)),
                List.of(Program.executable("mosquitto").orElseThrow().toString(), "-c", config.toString()));
        running.add(program);
        program.awaitPort(port);
        return port;
    }

    private static Envelope message(String text) {
        return new Envelope(TOPIC, Optional.empty(), Map.of("seq", "1"), text.getBytes(UTF_8));
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

    /// Passes bytes on until it is told to cut.
    private static final class Proxy implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        private final int target;

        Proxy(int target) throws IOException {
            this.target = target;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    var one = server.accept();
                    var other = new Socket(InetAddress.getLoopbackAddress(), target);
                    sockets.addAll(List.of(one, other));
                    Thread.ofVirtual().start(() -> pass(one, other));
                    Thread.ofVirtual().start(() -> pass(other, one));
                } catch (IOException closed) {
                    // by close, or the broker is away: the next one
                }
            }
        }

        private static void pass(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException cut) {
                // that is what it is for
            }
        }

        void cut() throws IOException {
            for (var socket : sockets) {
                if (!socket.isClosed()) { // by the other side, a moment ago
                    socket.setSoLinger(true, 0);
                }
                socket.close();
            }
            sockets.clear();
        }

        @Override
        public void close() throws IOException {
            server.close();
            cut();
        }
    }
}
