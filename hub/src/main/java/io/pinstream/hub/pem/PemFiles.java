package io.pinstream.hub.pem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// Reads PEM files into key stores in memory, which have no password.
public final class PemFiles {
    private PemFiles() {}

    /// Certificates to trust.
    ///
    /// @throws IOException if the file cannot be read or holds none; the message names it
    public static KeyStore trust(Path file) throws IOException {
        try {
            var store = empty();
            int count = 0;
            for (var certificate : certificates(file)) {
                store.setCertificateEntry("ca-" + count++, certificate);
            }
            return store;
        } catch (GeneralSecurityException bad) {
            throw new IOException("%s holds no PEM certificates: %s".formatted(file, bad.getMessage()), bad);
        }
    }

    /// Who we are: a certificate, with the chain behind it, and its key.
    ///
    /// @param key PKCS#8, not encrypted (`BEGIN PRIVATE KEY`)
    /// @throws IOException if they cannot be read or do not belong together; the message names them
    public static KeyStore identity(Path certificate, Path key) throws IOException {
        try {
            var chain = certificates(certificate);
            var secret = privateKey(key);
            requirePair(certificate, chain[0].getPublicKey(), key, secret);
            var store = empty();
            store.setKeyEntry("hub", secret, new char[0], chain);
            return store;
        } catch (GeneralSecurityException bad) {
            throw new IOException(
                    "%s and %s are not a certificate and its key: %s".formatted(certificate, key, bad.getMessage()),
                    bad);
        }
    }

    /// A key store takes any two; the first handshake would then fail.
    private static void requirePair(Path certificate, PublicKey open, Path key, PrivateKey secret)
            throws GeneralSecurityException, IOException {
        var algorithm = switch (secret.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "EdDSA";
        };
        var probe = "pinstream".getBytes(StandardCharsets.US_ASCII);
        var signing = Signature.getInstance(algorithm);
        signing.initSign(secret);
        signing.update(probe);
        var signature = signing.sign();
        try {
            var verifying = Signature.getInstance(algorithm);
            verifying.initVerify(open);
            verifying.update(probe);
            if (verifying.verify(signature)) {
                return;
            }
        } catch (InvalidKeyException | SignatureException another) {
            // Of another kind: the same answer.
        }
        throw new IOException("%s is not the certificate of the key %s".formatted(certificate, key));
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
