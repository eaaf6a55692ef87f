package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A certificate authority for one test, by the JDK's own keytool.
final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final String name;

    /// Makes the authority.
    Certificates(Path folder, String name) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.name = name;
        keytool(
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c",
                "-validity",
                "10",
                "-keystore",
                store(name));
        keytool(
                "-exportcert",
                "-alias",
                name,
                "-keystore",
                store(name),
                "-rfc",
                "-file",
                certificate(name).toString());
    }

    Path authority() {
        return certificate(name);
    }

    /// Signs a certificate and keeps its key beside it.
    ///
    /// @param subject its common name and the name of its files
    /// @param names subject alternative names as keytool takes them, such as `dns:localhost`
    /// @param days how long it is valid, from ten days ago if that is negative
    void sign(String subject, String names, int days) throws Exception {
        keytool(
                "-genkeypair",
                "-alias",
                subject,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + subject,
                "-keystore",
                store(subject));
        var request = folder.resolve(subject + ".csr").toString();
        keytool("-certreq", "-alias", subject, "-keystore", store(subject), "-file", request);
        var command = new ArrayList<>(List.of(
                "-gencert",
                "-alias",
                name,
                "-keystore",
                store(name),
                "-infile",
                request,
                "-rfc",
                "-outfile",
                certificate(subject).toString(),
                "-ext",
                "san=" + names));
        command.addAll(days > 0 ? List.of("-validity", "" + days) : List.of("-startdate", "-10d", "-validity", "5"));
        keytool(command.toArray(String[]::new));
        var key = KeyStore.getInstance(Path.of(store(subject)).toFile(), PASSWORD.toCharArray())
                .getKey(subject, PASSWORD.toCharArray());
        var text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key.getEncoded());
        Files.writeString(key(subject), "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    }

    Path certificate(String subject) {
        return folder.resolve(subject + ".crt");
    }

    Path key(String subject) {
        return folder.resolve(subject + ".key");
    }

    private String store(String subject) {
        return folder.resolve(subject + ".p12").toString();
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD, "-noprompt"));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), US_ASCII);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
