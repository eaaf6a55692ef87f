package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Certificates for `localhost` that sign themselves, by the JDK's own keytool.
final class Certificates {
    private static final String PASSWORD = "changeit";
    private static final String MAKE = "-genkeypair -alias hub -dname CN=localhost -ext san=dns:localhost -validity 10"
            + " -storetype PKCS12 -storepass " + PASSWORD;

    private Certificates() {}

    /// Makes one, and gives the files with it and its key.
    ///
    /// @param algorithm as keytool takes it: `EC`, `RSA`, `Ed25519`
    static WebTls make(Path folder, String algorithm) throws Exception {
        var file = folder.resolve(algorithm + ".p12");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(MAKE.split(" ")));
        command.addAll(List.of("-keyalg", algorithm, "-keystore", file.toString()));
        var keytool = new ProcessBuilder(command).inheritIO().start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new WebTls(
                pem(
                        folder.resolve(algorithm + ".pem"),
                        "CERTIFICATE",
                        store.getCertificate("hub").getEncoded()),
                pem(
                        folder.resolve(algorithm + ".key"),
                        "PRIVATE KEY",
                        store.getKey("hub", PASSWORD.toCharArray()).getEncoded()));
    }

    private static Path pem(Path file, String what, byte[] bytes) throws Exception {
        var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                file,
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, text, what),
                StandardCharsets.US_ASCII);
    }
}
