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
    private static final Path TARGET =
            Path.of(System.getProperty("pinstream.root")).resolve("deploy/agent/target");
    private static final Path PACKAGE = TARGET.resolve("pinstream-agent.deb");
    private static final Path BUNDLED = TARGET.resolve("pinstream-agent-bundled.deb");
    private static final long LARGEST = 30_000_000;
    private static final String PASSWORD = "changeit";

    @TempDir
    private Path temporary;

    private DpkgRoot root = new DpkgRoot(Path.of(""), Map.of());

    /// A machine without Debian packages makes none, and its build has said so; `deploy/test.sh` demands it.
    @BeforeEach
    void needsThePackage() throws IOException {
        root = DpkgRoot.in(temporary);
        if (!"required".equals(System.getProperty("bundled"))) {
            assumeTrue(Files.exists(BUNDLED), "no pinstream-agent-bundled here: runtime.sh has said why");
        }
        assertThat(BUNDLED).exists();
    }

    @Test
    void isSmallAndHasNothingThatLintianComplainsOf() throws Exception {
        assertThat(Files.size(BUNDLED)).isLessThanOrEqualTo(LARGEST);

        var lintian = root.run("lintian", "--allow-root", "--fail-on", "error,warning", BUNDLED.toString());
        assertThat(lintian.output().lines().filter(line -> line.matches("[EW]: .*")))
                .isEmpty();
        assertThat(lintian.exit()).as(lintian.output()).isZero();
        assertThat(root.run("dpkg-deb", "--field", BUNDLED.toString(), "Built-Using")
                        .output())
                .startsWith("openjdk-25 (= 25");
    }

    @Test
    void takesThePlaceOfTheOtherAndGivesItBack() throws Exception {
        var config = root.path("etc/pinstream/agent.yaml");
        var site = root.path("etc/pinstream/conf.d/10-site.yaml");
        var outbox = root.path("var/lib/pinstream/outbox/owner");
        var java = root.path("usr/lib/pinstream-agent/runtime/bin/java");
        root.dpkg("--install", PACKAGE.toString());
        Files.createDirectories(outbox.getParent());
        Files.writeString(outbox, "greenhouse-7");
        Files.writeString(config, "device: greenhouse-7\nsensors: {machine: {type: host}}\n");
        Files.writeString(site, "packs: {linger: 2s}\n");

        // When
        root.dpkg("--install", BUNDLED.toString());

        // Then the other is gone, and what it had is this one's
        assertThat(installed()).isEqualTo("pinstream-agent-bundled");
        assertThat(java).isExecutable();
        keeps(config, site, outbox);

        // When somebody tidies up after the other
        root.dpkg("--purge", "pinstream-agent");

        // Then this one still has everything
        keeps(config, site, outbox);

        // When
        root.dpkg("--install", PACKAGE.toString());

        // Then
        assertThat(installed()).isEqualTo("pinstream-agent");
        assertThat(java).doesNotExist();
        keeps(config, site, outbox);

        // When both are purged
        root.dpkg("--purge", "pinstream-agent-bundled");
        keeps(config, site, outbox);
        root.dpkg("--purge", "pinstream-agent");

        // Then nothing is left
        assertThat(config.getParent()).doesNotExist();
        assertThat(root.path("var/lib/pinstream")).doesNotExist();
    }

    private static void keeps(Path config, Path site, Path outbox) {
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(site).content().startsWith("packs:");
        assertThat(outbox).hasContent("greenhouse-7");
    }

    /// Every one that dpkg says is installed, and not merely remembered.
    private String installed() throws Exception {
        return root.run("dpkg-query", "--root=" + temporary, "--show", "--showformat=${db:Status-Abbrev}${Package}\n")
                .output()
                .lines()
                .filter(line -> line.startsWith("ii "))
                .map(line -> line.substring(3))
                .reduce("", String::concat);
    }

    @Test
    void runsOnItsOwnJavaAndConnectsByTls() throws Exception {
        // Given
        root.unpack(BUNDLED);
        var emulated = emulated();
        var agent = root.path("usr/bin/pinstream-agent").toString();
        int port = freePort();
        tls();
        var config = root.path("agent.yaml");
        Files.writeString(config, """
                device: arm64
                broker: {url: "tls://localhost:%d", tls: {ca: "%s"}}
                outbox: {folder: "%s"}
                packs: {linger: 200ms}
                web: {port: %d}
                sensors: {machine: {type: host, every: 200ms}}
                """.formatted(port, root.path("server.crt"), root.path("outbox"), freePort()));
        Files.writeString(root.path("mosquitto.conf"), """
                user %s
                listener %d 127.0.0.1
                allow_anonymous true
                certfile %s
                keyfile %s
                """.formatted(
                        System.getProperty("user.name"), port, root.path("server.crt"), root.path("server.key")));

        // Then it says what it is, and that its configuration is right
        assertThat(emulated.run(agent, "--version").output()).contains("pinstream-agent 0.1.0");
        var check = emulated.run(agent, "check", "--config", config.toString());
        assertThat(check.exit()).as(check.output()).isZero();

        // When it runs
        var broker = root.start(
                root.path("mosquitto.log"),
                "mosquitto",
                "-c",
                root.path("mosquitto.conf").toString());
        var log = root.path("agent.log");
        var running = emulated.start(log, agent, "run", "--config", config.toString());
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
        var outbox = emulated.run(agent, "outbox", "--json", "--config", config.toString());
        assertThat(outbox.exit()).as(outbox.output()).isZero();
        assertThat(outbox.output()).doesNotContain("\"events\":0,").contains("\"events\":");
    }

    /// An environment in which the package's own java is started by the emulator.
    private DpkgRoot emulated() throws IOException {
        var runtime = root.path("usr/lib/pinstream-agent/runtime");
        var java = Files.createDirectories(root.path("emulated/bin")).resolve("java");
        Files.copy(runtime.resolve("release"), root.path("emulated/release"));
        Files.writeString(
                java,
                "#!/bin/sh\nexec qemu-aarch64-static -L '%s' '%s' \"$@\"\n"
                        .formatted(TARGET.resolve("arm64"), runtime.resolve("bin/java")));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return root.with("PINSTREAM_JAVA", root.path("emulated").toString());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// A certificate for localhost and its key.
    private void tls() throws Exception {
        var store = root.path("server.p12");
        var keytool = root.run(
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
        Files.writeString(root.path(name), "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what));
    }
}
