package io.pinstream.hub.outlet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A certificate authority for one test, with a certificate for `localhost` and one for the hub, as PEM files; by
/// the JDK's own keytool.
final class Authority {
    private static final String PASSWORD = "changeit";

    private final Path folder;

    Authority(Path folder) throws Exception {
        this.folder = Files.createDirectories(folder.toAbsolutePath());
        make("ca", "-ext", "bc:c");
        keytool("-exportcert", "-alias", "ca", "-keystore", store("ca"), "-rfc", "-file", certificate("ca"));
        sign("server", "dns:localhost,ip:127.0.0.1");
        sign("hub", "dns:hub");
    }

    private void make(String subject, String... more) throws Exception {
        var command = new ArrayList<>(List.of("-genkeypair", "-alias", subject, "-keyalg", "EC"));
        command.addAll(List.of("-groupname", "secp256r1", "-dname", "CN=" + subject, "-validity", "10"));
        command.addAll(List.of("-keystore", store(subject)));
        command.addAll(List.of(more));
        keytool(command.toArray(String[]::new));
    }

    private void sign(String subject, String names) throws Exception {
        make(subject);
        var request = folder.resolve(subject + ".csr").toString();
        keytool("-certreq", "-alias", subject, "-keystore", store(subject), "-file", request);
        var command = new ArrayList<>(List.of("-gencert", "-alias", "ca", "-keystore", store("ca"), "-rfc"));
        command.addAll(List.of("-infile", request, "-outfile", certificate(subject)));
        command.addAll(List.of("-ext", "san=" + names, "-validity", "10"));
        keytool(command.toArray(String[]::new));
        var key = KeyStore.getInstance(Path.of(store(subject)).toFile(), PASSWORD.toCharArray())
                .getKey(subject, PASSWORD.toCharArray());
        var text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key.getEncoded());
        Files.writeString(
                Path.of(key(subject)), "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
    }

    /// The file with a certificate: `ca`, `server` or `hub`.
    String certificate(String subject) {
        return folder.resolve(subject + ".crt").toString();
    }

    String key(String subject) {
        return folder.resolve(subject + ".key").toString();
    }

    /// Key and certificate in one file, as Kafka wants them.
    String both(String subject) throws Exception {
        var both = folder.resolve(subject + ".pem");
        return Files.writeString(
                        both, Files.readString(Path.of(key(subject))) + Files.readString(Path.of(certificate(subject))))
                .toString();
    }

    /// The section `tls` of an outlet, with the hub's certificate or without.
    String yaml(boolean identity) {
        return identity
                ? "{ca: \"%s\", certificate: \"%s\", key: \"%s\"}"
                        .formatted(certificate("ca"), certificate("hub"), key("hub"))
                : "{ca: \"%s\"}".formatted(certificate("ca"));
    }

    private String store(String subject) {
        return folder.resolve(subject + ".p12").toString();
    }

    private static void keytool(String... arguments) throws Exception {
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
