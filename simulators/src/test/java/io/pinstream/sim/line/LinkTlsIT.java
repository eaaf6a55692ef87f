package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.link.Link;
import io.pinstream.agent.link.Tls;
import io.pinstream.sim.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The agent's link to a mosquitto that speaks TLS and wants a client certificate: what works, and which sentence
/// each mistake gets.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LinkTlsIT {
    @TempDir
    static Path authorities;

    @TempDir
    Path temporary;

    private static Certificates ours;
    private static Certificates others;

    private LinkBench bench;

    @BeforeAll
    static void makeCertificates() throws Exception {
        ours = new Certificates(authorities.resolve("ours"), "our-ca");
        ours.sign("broker", "dns:localhost,ip:127.0.0.1", 5);
        ours.sign("elsewhere", "dns:elsewhere.example", 5);
        ours.sign("expired", "dns:localhost,ip:127.0.0.1", -5);
        ours.sign("device", "dns:device", 5);
        ours.sign("stranger", "dns:stranger", 5);
        others = new Certificates(authorities.resolve("others"), "other-ca");
        others.sign("device", "dns:device", 5);
    }

    @BeforeEach
    void begin() {
        bench = new LinkBench(temporary);
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    @Test
    void isWhomItsCertificateNames() throws Exception {
        // Given rules that let in nobody but the user "device", who is known by the certificate alone
        var rules = temporary.resolve("rules");
        Files.writeString(rules, """
                user device
                topic readwrite up/device
                topic read down/device
                topic write state/device
                """);
        int port = tlsBroker("broker", "acl_file %s\n".formatted(rules));
        var heard = bench.subscriber(
                "-h",
                "localhost",
                "-p",
                "" + port,
                "--cafile",
                ours.authority().toString(),
                "--cert",
                ours.certificate("device").toString(),
                "--key",
                ours.key("device").toString());

        // When
        var link = link(port, Optional.of(ours), "device", ours);

        // Then
        link.awaitUp();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(link.send(1, "in confidence")).isEqualTo(Link.Sent.SENT);
            assertThat(heard.output()).contains("in confidence");
        });
        assertThat(link.said).containsExactly("up");

        // When another certificate of the same CA says that it is this device
        var stranger = link(port, Optional.of(ours), "stranger", ours);

        // Then it may come in, and may say nothing; mosquitto 2.0 lets anybody subscribe and passes nothing on
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var ignored = stranger.send(stranger.connection(), "forged");
            assertThat(stranger.said).contains("refused: not authorized");
        });
        assertThat(heard.output()).doesNotContain("forged");
    }

    @Test
    void saysWhatIsWrongWithTheBrokersCertificate() throws Exception {
        assertThat(link(tlsBroker("broker", ""), Optional.of(ours), "device", others)
                        .awaitLost())
                .contains("is not signed by the CA in " + others.authority())
                .contains("name the CA that signed it in tls.ca")
                .doesNotContain("Exception");
        assertThat(link(tlsBroker("elsewhere", ""), Optional.of(ours), "device", ours)
                        .awaitLost())
                .contains("is for another name")
                .contains("use the name that stands in it")
                .doesNotContain("Exception");
        assertThat(link(tlsBroker("expired", ""), Optional.of(ours), "device", ours)
                        .awaitLost())
                .contains("has expired")
                .contains("renew it, or set this board's clock")
                .doesNotContain("Exception");
    }

    /// Again and again: whether the broker's words are read or the login cannot be written is a race, and the first
    /// sentence is the one that gets into the log.
    @RepeatedTest(5)
    void saysWhatToDoAboutItsOwnCertificate() throws Exception {
        int port = tlsBroker("broker", "");

        assertThat(link(port, Optional.empty(), "", ours).awaitLost())
                .contains("localhost:" + port)
                .contains("it wants one, give tls.certificate and tls.key")
                .doesNotContain("Exception");
        assertThat(link(port, Optional.of(others), "device", ours).awaitLost())
                .contains("localhost:" + port)
                .contains("client certificate")
                .contains("signed by \"CN=other-ca\"")
                .contains("give one in tls.certificate that is still valid, signed by a CA that the broker trusts")
                .doesNotContain("Exception");
        assertThat(link(port, Optional.of(ours), "expired", ours).awaitLost())
                .contains("localhost:" + port)
                .contains("client certificate")
                .containsPattern("it is valid until [0-9T:-]+Z and signed by \"CN=our-ca\"")
                .contains("give one in tls.certificate that is still valid")
                .doesNotContain("Exception");
    }

    @Test
    void saysThatItIsTheWrongPort() throws Exception {
        int encrypted = tlsBroker("broker", "");
        int plain = bench.broker("allow_anonymous true\n");

        assertThat(link(plain, Optional.of(ours), "device", ours).awaitLost())
                .contains("check that the port speaks TLS")
                .doesNotContain("Exception");
        assertThat(bench.link(LinkBench.config("tcp://127.0.0.1:" + encrypted, Optional.empty()))
                        .awaitLost())
                .contains("if that port speaks TLS, write tls:// and name its CA")
                .doesNotContain("Exception");
    }

    @Test
    void theLogOfAnAgentHasTheSentenceAndNoStackTrace() throws Exception {
        // Given
        int port = tlsBroker("broker", "");
        var config = temporary.resolve("agent.yaml");
        Files.writeString(config, """
                device: device
                broker: {url: "tls://localhost:%d", longest-pause: 1s, tls: {ca: "%s"}}
                outbox: {folder: "%s"}
                sensors: {air: {type: bme280, every: 1s}}
                """.formatted(port, ours.authority(), temporary.resolve("outbox")));

        // When
        var agent = Program.java(
                "board",
                temporary.resolve("board.log"),
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"),
                "io.pinstream.sim.Main",
                List.of(
                        "board",
                        "--config",
                        config.toString(),
                        "--journal",
                        temporary.resolve("journal").toString()));
        bench.closeWithThis(agent::close);
        agent.awaitOutput("link cannot be made");

        // Then
        var ignored = agent.stop();
        assertThat(agent.output().lines().filter(line -> line.contains("link cannot be made")))
                .singleElement()
                .asString()
                .contains("client certificate")
                .contains("give tls.certificate and tls.key");
        assertThat(agent.output()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    private LinkBench.Tested link(int port, Optional<Certificates> own, String subject, Certificates authority) {
        var tls = new Tls(
                Optional.of(authority.authority()),
                own.map(signed -> signed.certificate(subject)),
                own.map(signed -> signed.key(subject)),
                true);
        return bench.link(LinkBench.config("tls://localhost:" + port, Optional.of(tls)));
    }

    private int tlsBroker(String certificate, String more) throws IOException {
        return bench.broker(
                """
                cafile %s
                certfile %s
                keyfile %s
                require_certificate true
                use_identity_as_username true
                %s""".formatted(ours.authority(), ours.certificate(certificate), ours.key(certificate), more));
    }
}
