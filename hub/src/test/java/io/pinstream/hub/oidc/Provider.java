package io.pinstream.hub.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// An OpenID provider of its own on loopback: keys that are made here, the tokens that they sign, and the key set
/// over HTTP, which it counts.
public final class Provider implements AutoCloseable {
    public static final String ISSUER = "https://login.example.org/realms/plant";
    public static final String AUDIENCE = "pinstream";

    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile List<JWK> shown = List.of();
    private volatile int status = 200;
    private volatile String instead = "";

    private Provider(HttpServer server) {
        this.server = server;
    }

    public static Provider start(JWK... keys) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var provider = new Provider(HttpServer.create(address, 0));
        provider.show(keys);
        provider.server.createContext("/keys", exchange -> {
            try (exchange) {
                provider.asked.incrementAndGet();
                var set = new JWKSet(provider.shown).toString(true);
                var body = (provider.instead.isEmpty() ? set : provider.instead).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(provider.status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        provider.server.start();
        return provider;
    }

    public static RSAKey rsa(String id) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(id).generate();
    }

    public static ECKey ec(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    /// From now on it shows these keys.
    public void show(JWK... keys) {
        shown = List.of(keys);
    }

    /// From now on it answers like that.
    public void answer(int newStatus, String body) {
        status = newStatus;
        instead = body;
    }

    public int asked() {
        return asked.get();
    }

    public URI url() {
        return URI.create(
                "http://127.0.0.1:%d/keys".formatted(server.getAddress().getPort()));
    }

    public JwtVerifier.Config config() {
        return new JwtVerifier.Config(ISSUER, List.of(AUDIENCE), url(), "roles");
    }

    /// Claims that are right at that time, for five minutes.
    public static JWTClaimsSet.Builder claims(Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("ann")
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("roles", List.of("plant-operators"));
    }

    public static String signed(JWK key, JWSAlgorithm algorithm, JWTClaimsSet claims) throws JOSEException {
        return signed(key.getKeyID(), signer(key), algorithm, claims);
    }

    static String signed(String keyId, JWSSigner signer, JWSAlgorithm algorithm, JWTClaimsSet claims)
            throws JOSEException {
        var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
    }

    /// The oldest trick: the public key, which everybody knows, as a shared secret.
    static String signedWithThePublicKeyAsSecret(RSAKey key, JWTClaimsSet claims) throws JOSEException {
        var secret = key.toRSAPublicKey().getEncoded();
        return signed(key.getKeyID(), new MACSigner(secret), JWSAlgorithm.HS256, claims);
    }

    /// The other one: `alg` is `none`.
    static String unsigned(JWTClaimsSet claims) {
        return new PlainJWT(claims).serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
