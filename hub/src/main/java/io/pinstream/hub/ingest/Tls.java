package io.pinstream.hub.ingest;

import io.pinstream.hub.pem.PemFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
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

    /// Both for a client of Java's own TLS.
    ///
    /// @throws IOException if a file cannot be read or is not what it should be; the message names it
    public SSLContext context() throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            var keys = identity().map(KeyManagerFactory::getKeyManagers).orElse(null);
            var trusted = trust().map(TrustManagerFactory::getTrustManagers).orElse(null);
            context.init(keys, trusted, null);
            return context;
        } catch (GeneralSecurityException bad) {
            throw new IOException("no TLS: " + bad.getMessage(), bad);
        }
    }

    /// Whom we trust; empty for those that the Java platform trusts.
    public Optional<TrustManagerFactory> trust() throws IOException {
        if (ca.isEmpty()) {
            return Optional.empty();
        }
        var store = PemFiles.trust(ca.get());
        try {
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Optional.of(factory);
        } catch (GeneralSecurityException bad) {
            throw new IOException("%s cannot be used: %s".formatted(ca.get(), bad.getMessage()), bad);
        }
    }

    /// Who we are; empty if nobody asks.
    public Optional<KeyManagerFactory> identity() throws IOException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        var store = PemFiles.identity(certificate.get(), key.get());
        try {
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return Optional.of(factory);
        } catch (GeneralSecurityException bad) {
            throw new IOException(
                    "%s and %s cannot be used: %s".formatted(certificate.get(), key.get(), bad.getMessage()), bad);
        }
    }
}
