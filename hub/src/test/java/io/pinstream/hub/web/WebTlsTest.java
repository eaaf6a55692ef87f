package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebTlsTest {
    @TempDir
    private Path folder;

    @Test
    void takesOnlyACertificateAndItsKey() throws Exception {
        var right = Certificates.make(folder, "EC");
        var rsa = Certificates.make(folder, "RSA");
        var ed = Certificates.make(folder, "Ed25519");
        var another = Certificates.make(Files.createDirectory(folder.resolve("another")), "EC");

        for (var one : List.of(right, rsa, ed)) {
            assertThat(one.read().size()).isEqualTo(1);
        }
        for (var wrong : List.of(another, rsa, ed)) {
            assertThatThrownBy(() -> new WebTls(right.certificate(), wrong.key()).read())
                    .isInstanceOf(IOException.class)
                    .hasMessage("%s is not the certificate of the key %s".formatted(right.certificate(), wrong.key()));
        }
        assertThatThrownBy(() -> new WebTls(right.key(), right.key()).read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(right.key().toString());
        assertThatThrownBy(() -> new WebTls(right.certificate(), right.certificate()).read())
                .hasMessageContaining("holds no PKCS#8 key");
    }
}
