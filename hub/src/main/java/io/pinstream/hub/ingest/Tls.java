package io.pinstream.hub.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/// Whom we trust and who we are on an encrypted link, as PEM files. The broker's host name is always checked.
///
/// @param ca the certificates that sign the broker's; without it, those that the Java platform trusts
/// @param certificate our certificate, with the chain behind it, for a broker that wants one
/// @param key its private key: PKCS#8, not encrypted (`BEGIN PRIVATE KEY`)
public record Tls(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key) {
    public static final Tls DEFAULT = new Tls(Optional.empty(), Optional.empty(), Optional.empty());

    public Tls {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("a client certificate needs both files: certificate and key");
        }
    }

    /// Reads the files, to find what is wrong with them before the first connection.
    ///
    /// @throws IOException if one cannot be read or is not what it should be; the message names it
    public void check() throws IOException {
        var _ = trust();
        var _ = identity();
    }

    Optional<TrustManagerFactory> trust() throws IOException {
        if (ca.isEmpty()) {
            return Optional.empty();
        }
        var file = ca.get();
        try {
            var store = empty();
            int count = 0;
            for (var certificate : certificates(file)) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Optional.of(factory);
        } catch (GeneralSecurityException bad) {
            throw new IOException("%s holds no PEM certificates: %s".formatted(file, bad.getMessage()), bad);
        }
    }

    Optional<KeyManagerFactory> identity() throws IOException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        try {
            var chain = certificates(certificate.get());
            var store = empty();
            var password = new char[0];
            store.setKeyEntry("hub", privateKey(key.get()), password, chain);
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, password);
            return Optional.of(factory);
        } catch (GeneralSecurityException bad) {
            throw new IOException(
                    "%s and %s are not a certificate and its key: %s"
                            .formatted(certificate.get(), key.get(), bad.getMessage()),
                    bad);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate[] certificates(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            var all = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new IOException(file + " holds no PEM certificates");
            }
            return all.toArray(Certificate[]::new);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + " does not exist", missing);
        }
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        final String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException missing) {
            throw new IOException(file + " does not exist", missing);
        }
        var begin = "-----BEGIN PRIVATE KEY-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END PRIVATE KEY-----");
        if (from < 0 || to < from) {
            throw new IOException(
                    "%s holds no PKCS#8 key (BEGIN PRIVATE KEY); convert it with: openssl pkcs8 -topk8 -nocrypt"
                            .formatted(file));
        }
        var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to)));
        for (var algorithm : new String[] {"RSA", "EC", "EdDSA"}) {
            var factory = KeyFactory.getInstance(algorithm);
            try {
                return factory.generatePrivate(spec);
            } catch (InvalidKeySpecException another) {
                // A PKCS#8 key says by itself which kind it is, and only the factory of that kind reads it.
            }
        }
        throw new IOException(file + " holds a key that is neither RSA, EC nor EdDSA");
    }
}
