package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The package that brings its own Java: for arm64, started here by an emulator of that processor.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BundledIT {
    private static final Path TARGET = Packaged.inProject("deploy/agent/target");
    private static final Packaged PACKAGE = new Packaged(TARGET.resolve("pinstream-agent.deb"));
    private static final Packaged BUNDLED = new Packaged(TARGET.resolve("pinstream-agent-bundled.deb"));
    private static final long LARGEST = 30_000_000;
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path temporary;

    /// A machine without Debian packages makes none, and its build has said so; `deploy/test.sh` demands it.
    @BeforeEach
    void needsThePackage() {
        if (!"required".equals(System.getProperty("bundled"))) {
            assumeTrue(Files.exists(BUNDLED.file()), "no pinstream-agent-bundled here: runtime.sh has said why");
        }
        assertThat(BUNDLED.file()).exists();
    }

    @Test
    void isSmallAndHasNothingThatLintianComplainsOf() throws Exception {
        assertThat(Files.size(BUNDLED.file())).isLessThanOrEqualTo(LARGEST);

        assertThat(BUNDLED.complaints()).isEmpty();
        assertThat(BUNDLED.field("Built-Using")).startsWith("openjdk-25 (= 25");
    }

    @Test
    void takesThePlaceOfTheOtherAndGivesItBack() throws Exception {
        // Given
        var system = Installation.in(temporary);
        var config = temporary.resolve("etc/pinstream/agent.yaml");
        var site = temporary.resolve("etc/pinstream/conf.d/10-site.yaml");
        var outbox = temporary.resolve("var/lib/pinstream/outbox/owner");
        var java = temporary.resolve("usr/lib/pinstream-agent/runtime/bin/java");
        system.install(PACKAGE);
        Files.createDirectories(outbox.getParent());
        Files.writeString(outbox, "greenhouse-7");
        Files.writeString(config, "device: greenhouse-7\nsensors: {machine: {type: host}}\n");
        Files.writeString(site, "packs: {linger: 2s}\n");

        // When
        system.install(BUNDLED);

        // Then the other is gone, and what it had is this one's
        assertThat(system.installed()).containsExactly("pinstream-agent-bundled");
        assertThat(java).isExecutable();
        keeps(config, site, outbox);

        // When somebody tidies up after the other
        system.purge("pinstream-agent");

        // Then this one still has everything
        keeps(config, site, outbox);

        // When
        system.install(PACKAGE);

        // Then
        assertThat(system.installed()).containsExactly("pinstream-agent");
        assertThat(java).doesNotExist();
        keeps(config, site, outbox);

        // When both are purged
        system.purge("pinstream-agent-bundled");
        keeps(config, site, outbox);
        system.purge("pinstream-agent");

        // Then nothing is left
        assertThat(config.getParent()).doesNotExist();
        assertThat(temporary.resolve("var/lib/pinstream")).doesNotExist();
    }

    private static void keeps(Path config, Path site, Path outbox) {
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(site).content().startsWith("packs:");
        assertThat(outbox).hasContent("greenhouse-7");
    }

    @Test
    void runsOnItsOwnJavaAndConnectsByTls() throws Exception {
        // Given
        BUNDLED.unpack(temporary);
        var emulated = emulated();
        var agent = temporary.resolve("usr/bin/pinstream-agent").toString();
        int port = freePort();
        tls();
        var config = temporary.resolve("agent.yaml");
        Files.writeString(
                config, """
                device: arm64
                broker: {url: "tls://localhost:%d", tls: {ca: "%s"}}
                outbox: {folder: "%s"}
                packs: {linger: 200ms}
                web: {port: %d}
                sensors: {machine: {type: host, every: 200ms}}
                """.formatted(port, temporary.resolve("server.crt"), temporary.resolve("outbox"), freePort()));
        Files.writeString(temporary.resolve("mosquitto.conf"), """
                user %s
                listener %d 127.0.0.1
                allow_anonymous true
                certfile %s
                keyfile %s
                """.formatted(
                        System.getProperty("user.name"),
                        port,
                        temporary.resolve("server.crt"),
                        temporary.resolve("server.key")));

        // Then it says what it is, and that its configuration is right
        assertThat(Ended.run(emulated, agent, "--version").output()).contains("pinstream-agent 0.1.0");
        var check = Ended.run(emulated, agent, "check", "--config", config.toString());
        assertThat(check.exit()).as(check.output()).isZero();

        // When it runs
        var broker = Ended.start(
                Map.of(),
                temporary.resolve("mosquitto.log"),
                "mosquitto",
                "-c",
                temporary.resolve("mosquitto.conf").toString());
        var log = temporary.resolve("agent.log");
        var running = Ended.start(emulated, log, agent, "run", "--config", config.toString());
        try {
            // Then it connects, and writes what it reads into its outbox
            await().atMost(Duration.ofMinutes(5))
                    .until(() -> !running.isAlive() || Files.readString(log).contains("link is up"));
            assertThat(log).content().contains("link is up broker=tls://localhost:" + port);
        } finally {
            running.destroy();
            assertThat(running.waitFor(2, TimeUnit.MINUTES)).isTrue();
            broker.destroy();
            broker.waitFor();
        }
        var outbox = Ended.run(emulated, agent, "outbox", "--json", "--config", config.toString());
        assertThat(outbox.exit()).as(outbox.output()).isZero();
        assertThat(outbox.output()).doesNotContain("\"events\":0,").contains("\"events\":");
    }

    /// An environment in which the package's own java is started by the emulator.
    private Map<String, String> emulated() throws IOException {
        var runtime = temporary.resolve("usr/lib/pinstream-agent/runtime");
        var java = Files.createDirectories(temporary.resolve("emulated/bin")).resolve("java");
        Files.copy(runtime.resolve("release"), temporary.resolve("emulated/release"));
        Files.writeString(
                java,
                "#!/bin/sh\nexec qemu-aarch64-static -L '%s' '%s' \"$@\"\n"
                        .formatted(TARGET.resolve("arm64"), runtime.resolve("bin/java")));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return Map.of("PINSTREAM_JAVA", temporary.resolve("emulated").toString());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// A certificate for localhost and its key.
    private void tls() throws Exception {
        var store = temporary.resolve("server.p12");
        var keytool = Ended.run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
        assertThat(keytool.exit()).as(keytool.output()).isZero();
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        pem("server.crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
        pem(
                "server.key",
                "PRIVATE KEY",
                keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
    }

    private void pem(String name, String what, byte[] bytes) throws IOException {
        var text = Base64.getMimeEncoder().encodeToString(bytes);
        Files.writeString(
                temporary.resolve(name), "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what));
    }
}
