package io.pinstream.agent.link;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// TLS to the broker: whom to trust, and who this device is. The files are PEM, and are read again for every
/// connection, so that a renewed certificate needs no restart.
///
/// @param ca the CA certificates that the broker's must be signed by; none: those that this machine trusts
/// @param certificate this device's certificate and those between it and its CA, if the broker wants one
/// @param key its private key, PKCS#8, not encrypted; given if and only if the certificate is
/// @param verifyHostname whether the broker's certificate must be for the name it is called by; leave it on
public record Tls(Optional<Path> ca, Optional<Path> certificate, Optional<Path> key, boolean verifyHostname) {
    /// A PEM file is a few kilobytes; whatever is longer is another file.
    private static final int LARGEST = 1 << 20;

    /// With what this machine trusts, and no certificate of its own.
    public static final Tls DEFAULT = new Tls(Optional.empty(), Optional.empty(), Optional.empty(), true);

    public Tls {
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException("tls.certificate and tls.key belong together, but only tls.%s is given"
                    .formatted(certificate.isPresent() ? "certificate" : "key"));
        }
    }

    /// Reads the files.
    ///
    /// @throws IOException if one of them cannot be used; names the file, what is wrong and the remedy
    SSLSocketFactory sockets() throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            var trust = ca.isPresent() ? trust(ca.get()) : null;
            var identity = certificate.isPresent() && key.isPresent() ? identity(certificate.get(), key.get()) : null;
            context.init(identity, trust, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException failure) {
            throw new IOException("TLS cannot be set up: " + Words.printable(failure), failure);
        }
    }

    private static TrustManager[] trust(Path file) throws IOException, GeneralSecurityException {
        var store = emptyStore();
        int number = 0;
        for (var authority : certificates("tls.ca", file)) {
            store.setCertificateEntry("ca-" + number++, authority);
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyManager[] identity(Path certificateFile, Path keyFile)
            throws IOException, GeneralSecurityException {
        var chain = certificates("tls.certificate", certificateFile);
        var owner = chain.getFirst().getPublicKey();
        var privateKey = privateKey(keyFile, owner);
        if (!belongTogether(privateKey, owner)) {
            throw new IOException("tls.key %s is not the key of the certificate in %s: give the pair that was made"
                    .formatted(keyFile, certificateFile)
                    .concat(" together; in a chain the device's own certificate comes first"));
        }
        var store = emptyStore();
        store.setKeyEntry("device", privateKey, new char[0], chain.toArray(new X509Certificate[0]));
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<X509Certificate> certificates(String what, Path file) throws IOException {
        var bytes = read(what, file);
        try {
            var found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException notOne) {
            throw new IOException(noCertificate(what, file), notOne);
        }
        throw new IOException(noCertificate(what, file));
    }

    private static String noCertificate(String what, Path file) {
        return "%s %s holds no certificate: it must be a PEM file with -----BEGIN CERTIFICATE-----"
                .formatted(what, file);
    }

    private static PrivateKey privateKey(Path file, PublicKey owner) throws IOException, GeneralSecurityException {
        var text = new String(read("tls.key", file), StandardCharsets.ISO_8859_1);
        var der = pem(text, "PRIVATE KEY");
        if (der.isEmpty()) {
            throw new IOException("tls.key %s %s".formatted(file, flawOf(text, file)));
        }
        try {
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(der.get()));
            return KeyFactory.getInstance(owner.getAlgorithm()).generatePrivate(encoded);
        } catch (InvalidKeySpecException | IllegalArgumentException unusable) {
            // Not the cause's words: nothing of a key may get into a log.
            throw new IOException("tls.key %s cannot be read as the %s key that the certificate is for"
                    .formatted(file, owner.getAlgorithm()));
        }
    }

    private static String flawOf(String text, Path file) {
        if (text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            return "is encrypted, and nobody is there to type its password: decrypt it with"
                    + " openssl pkcs8 -topk8 -nocrypt -in %s -out device.key, and let only the agent read it"
                            .formatted(file);
        }
        if (text.contains("-----BEGIN RSA PRIVATE KEY-----") || text.contains("-----BEGIN EC PRIVATE KEY-----")) {
            return "is not PKCS#8: convert it with openssl pkcs8 -topk8 -nocrypt -in %s -out device.key"
                    .formatted(file);
        }
        return "holds no private key: it must be a PEM file with -----BEGIN PRIVATE KEY-----";
    }

    private static Optional<String> pem(String text, String label) {
        var begin = "-----BEGIN %s-----".formatted(label);
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END %s-----".formatted(label));
        return from < 0 || to < from ? Optional.empty() : Optional.of(text.substring(from + begin.length(), to));
    }

    private static byte[] read(String what, Path file) throws IOException {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > LARGEST) {
                throw new IOException("%s %s is larger than 1 MiB: is it the right file?".formatted(what, file));
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new IOException("%s %s does not exist".formatted(what, file), missing);
        } catch (AccessDeniedException denied) {
            throw new IOException(
                    "%s %s may not be read: give the agent's user the right to".formatted(what, file), denied);
        } catch (FileSystemException unreadable) {
            throw new IOException("%s %s cannot be read: %s".formatted(what, file, Words.of(unreadable)), unreadable);
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey owner) throws GeneralSecurityException {
        var algorithm = switch (owner.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> owner.getAlgorithm(); // Ed25519 and the like sign under their own name
        };
        var signature = Signature.getInstance(algorithm);
        var probe = "pinstream".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(probe);
        var signed = signature.sign();
        signature.initVerify(owner);
        signature.update(probe);
        return signature.verify(signed);
    }

    /// What may be wrong with this device's certificate when the broker has refused it.
    static String hint(Optional<Tls> tls) {
        var file = tls.flatMap(Tls::certificate);
        if (file.isEmpty()) {
            return ": it wants one, give tls.certificate and tls.key";
        }
        try {
            var own = certificates("tls.certificate", file.get()).getFirst();
            return ": it is valid until %s and signed by \"%s\", so give one in tls.certificate that"
                            .formatted(
                                    own.getNotAfter().toInstant(),
                                    Words.printable(own.getIssuerX500Principal().getName()))
                    + " is still valid, signed by a CA that the broker trusts";
        } catch (IOException unreadable) {
            return ": " + Words.of(unreadable);
        }
    }
}
