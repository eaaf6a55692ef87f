package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The hub's image, unpacked and run in a root of its own, with what the Kubernetes manifests give it.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ImageIT {
    private static final Pattern HASH = Pattern.compile("hash: \"([^\"]+)\"");
    private static final Pattern TOKEN = Pattern.compile("(?m)^  (viewer\\.\\S+)$");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path temporary;

    private static HubImage image;

    @BeforeAll
    static void unpack() throws Exception {
        image = HubImage.unpack(temporary);
    }

    @Test
    void saysWhatItIsAndRunsAsNobodyInParticular() {
        assertThat(image.user()).matches("[1-9]\\d*:[1-9]\\d*");
        assertThat(image.architecture()).isIn("amd64", "arm64");
        assertThat(Manifests.map(image.config().get("ExposedPorts"))).containsOnlyKeys("8080/tcp");
        assertThat(Manifests.map(image.config().get("Labels")))
                .containsEntry("org.opencontainers.image.title", "pinstream-hub")
                .containsEntry("org.opencontainers.image.licenses", "Apache-2.0")
                .containsKeys("org.opencontainers.image.version", "org.opencontainers.image.created");
    }

    @Test
    void namesForScannersWhatItHasOfTheSystemsPackages() throws Exception {
        assumeThat(Files.exists(Path.of("/var/lib/dpkg/status")))
                .as("this is a Debian")
                .isTrue();

        assertThat(image.root().resolve("var/lib/dpkg/status.d/libc6"))
                .content()
                .contains("Package: libc6\n", "Version: ");
    }

    @Test
    void runsReadOnlyWithWhatKubernetesGivesItAndEndsWhenItIsTold() throws Exception {
        assumeThat(HubImage.canBeEntered())
                .as("unshare --mount is allowed here")
                .isTrue();
        // Given the files that the pod has, with a broker and a Kafka that are away
        var manifests = Manifests.of("base");
        var made = Ended.run(image.command(List.of("token", "viewer")).toArray(String[]::new));
        int port = freePort();
        secret("viewer-hash", first(HASH, made.output()));
        secret("session-key", "0123456789abcdef0123456789abcdef");
        Files.writeString(
                image.root().resolve("etc/pinstream/hub.yaml"),
                manifests
                        .hubYaml()
                        .replace("tcp://mqtt:1883", "tcp://127.0.0.1:1")
                        .replace("kafka:9092", "127.0.0.1:1")
                        .replace("host: 0.0.0.0", "host: 127.0.0.1\n  port: " + port));
        var arguments = Manifests.list(manifests.container().get("args")).stream()
                .map(Object::toString)
                .toList();
        var log = temporary.resolve("hub.log");
        var builder = new ProcessBuilder(image.command(arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("POD_NAME", "pinstream-hub-1");
        builder.environment().put("SECRETS", "/run/secrets/pinstream");

        // When it runs
        var process = builder.start();
        try {
            // Then the probes of the pod have their answers, the rest of the world has to say who it is
            await().atMost(Duration.ofMinutes(2))
                    .alias(log.toString())
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(get(port, probe(manifests, "livenessProbe"), "")
                                    .statusCode())
                            .isEqualTo(200));
            assertThat(get(port, probe(manifests, "startupProbe"), "").statusCode())
                    .isEqualTo(200);
            var ready = get(port, probe(manifests, "readinessProbe"), "");
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(503);
            assertThat(get(port, "/metrics", "").statusCode()).isEqualTo(401);
            assertThat(get(port, "/metrics", first(TOKEN, made.output())).body())
                    .contains("pinstream_hub_devices_waiting_packs");

            // When it is told to end, then it does, in order and in the time that the pod has
            process.destroy();
            int grace = ((Number) Manifests.at(
                            manifests.only("Deployment", "pinstream-hub"),
                            "spec",
                            "template",
                            "spec",
                            "terminationGracePeriodSeconds"))
                    .intValue();
            assertThat(process.waitFor(grace, TimeUnit.SECONDS))
                    .as(Files.readString(log))
                    .isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
            assertThat(log).content().contains("hub has stopped");
        } finally {
            process.destroyForcibly();
        }
    }

    private static void secret(String name, String value) throws IOException {
        var folder = Files.createDirectories(image.root().resolve("run/secrets/pinstream"));
        Files.writeString(folder.resolve(name), value);
    }

    private static String probe(Manifests manifests, String name) {
        return Manifests.at(manifests.container(), name, "httpGet", "path").toString();
    }

    private static HttpResponse<String> get(int port, String path, String token)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static String first(Pattern pattern, String text) {
        var found = pattern.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return found.group(1);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
