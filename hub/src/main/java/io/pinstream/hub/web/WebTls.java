package io.pinstream.hub.web;

import io.javalin.config.JettyConfig;
import io.pinstream.hub.pem.PemFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// The web server's own certificate, as PEM files that are read at the start. TLS 1.2 and 1.3.
///
/// @param certificate with the chain behind it
/// @param key PKCS#8, not encrypted (`BEGIN PRIVATE KEY`)
public record WebTls(Path certificate, Path key) {
    /// Reads the files.
    ///
    /// @throws IOException if one cannot be read or they do not belong together; the message names it
    public KeyStore read() throws IOException {
        return PemFiles.identity(certificate, key);
    }

    static Optional<KeyStore> read(Optional<WebTls> tls) throws IOException {
        return tls.isEmpty() ? Optional.empty() : Optional.of(tls.get().read());
    }

    /// Makes the server listen there with TLS.
    static void listen(JettyConfig jetty, String host, int port, KeyStore identity) {
        jetty.addConnector((server, http) -> connector(server, http, host, port, identity));
    }

    private static ServerConnector connector(
            Server server, HttpConfiguration plain, String host, int port, KeyStore identity) {
        var http = new HttpConfiguration(plain);
        // Whether the certificate has the name that was asked for, the client judges: a hub has many names in a house.
        http.addCustomizer(new SecureRequestCustomizer(false));
        var context = new SslContextFactory.Server();
        context.setKeyStore(identity);
        context.setKeyStorePassword("");
        var connector = new ServerConnector(
                server,
                new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString()),
                new HttpConnectionFactory(http));
        connector.setHost(host);
        connector.setPort(port);
        return connector;
    }
}
