package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.oidc.Provider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may ask, over real HTTP: with failures, proxies, a provider that signs, and TLS.
class GateIT {
    @TempDir
    private Path folder;

    private Gatehouse hub;

    @BeforeEach
    void start() throws Exception {
        hub = new Gatehouse();
    }

    @AfterEach
    void stop() throws InterruptedException {
        hub.close();
    }

    @Test
    void countsFailuresAlikeHoweverTheyCome() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(hub.get("/metrics", "Authorization", "Bearer ann.x" + i).statusCode())
                    .isEqualTo(401);
            assertThat(hub.get("/metrics", "Cookie", "pinstream=ann.x" + i).statusCode())
                    .isEqualTo(401);
            assertThat(hub.login("ann.y" + i).statusCode()).isEqualTo(i < 3 ? 401 : 429);
            if (i == 2) {
                assertThat(hub.get("/metrics", "Authorization", "Bearer ann.z").statusCode())
                        .isEqualTo(401);
                break;
            }
        }
        assertThat(hub.get("/metrics", "Authorization", "Bearer ann.x").statusCode())
                .isEqualTo(429);
        assertThat(hub.get("/metrics", "Cookie", "pinstream=ann.x").statusCode())
                .isEqualTo(429);
        assertThat(hub.login(hub.ann.secret().reveal()).statusCode()).isEqualTo(429);
        hub.time.advance(Duration.ofMinutes(1));
        assertThat(hub.login(hub.ann.secret().reveal()).statusCode()).isEqualTo(204);
        assertThat(hub.audit).contains("refused 127.0.0.1 POST /api/v1/session 429");
    }

    @Test
    void believesAProxyOnlyIfItIsNamed() throws Exception {
        assertThat(hub.login(hub.eve.secret().reveal(), "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https")
                        .headers()
                        .firstValue("set-cookie"))
                .get()
                .asString()
                .startsWith("pinstream=");
        hub.reopen(0, hub.access(new Proxies(List.of("127.0.0.0/8")), Set.of()), Optional.empty());

        var login = hub.login(
                hub.eve.secret().reveal(),
                "X-Forwarded-For",
                "203.0.113.9, 198.51.100.1",
                "X-Forwarded-Proto",
                "https");

        assertThat(login.headers().firstValue("set-cookie"))
                .get()
                .asString()
                .startsWith("__Host-pinstream=eve.")
                .contains("; Secure")
                .contains("Path=/")
                .doesNotContain("Domain");
        assertThat(hub.audit).containsExactly("login eve viewer 127.0.0.1", "login eve viewer 198.51.100.1");
        for (int i = 0; i < 10; i++) {
            hub.get("/metrics", "Authorization", "Bearer x", "X-Forwarded-For", i + ".0.0.1, 198.51.100.2");
        }
        assertThat(hub.get("/metrics", "Authorization", "Bearer x", "X-Forwarded-For", "198.51.100.2")
                        .statusCode())
                .isEqualTo(429);
        assertThat(hub.get("/metrics", "Authorization", "Bearer x", "X-Forwarded-For", "198.51.100.3")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void knowsWhomAProviderNamesThroughAChangeOfItsKeys() throws Exception {
        // Given
        var old = hub.jwt(hub.key, "plant-operators");
        assertThat(hub.get("/api/v1/session", "Authorization", "Bearer " + old).body())
                .isEqualTo("{\"open\":false,\"name\":\"ann\",\"role\":\"operator\"}\n");
        var cookie = Gatehouse.pair(hub.login(old));

        // When
        var next = Provider.rsa("second");
        hub.provider.show(next, hub.key);
        hub.time.advance(Duration.ofSeconds(30));

        // Then
        assertThat(hub.get("/metrics", "Authorization", "Bearer " + hub.jwt(next, "staff"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(hub.get("/metrics", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(hub.provider.asked()).isEqualTo(2);
        var nothing = hub.get("/metrics", "Authorization", "Bearer " + hub.jwt(next, "guests"));
        assertThat(nothing.statusCode()).isEqualTo(401);
        assertThat(nothing.body()).contains("the token gives none of the roles in web.oidc.roles");
        hub.time.advance(Duration.ofMinutes(6));
        var ended = hub.get("/metrics", "Cookie", cookie);
        assertThat(ended.statusCode()).as("a session ends with its token").isEqualTo(401);
        assertThat(ended.body()).contains("the token has ended");
    }

    @Test
    void saysThatTheProviderIsAwayAndBlamesNobody() throws Exception {
        hub.provider.answer(500, "");

        for (int i = 0; i < 20; i++) {
            var answer = hub.get("/metrics", "Authorization", "Bearer " + hub.jwt(hub.key, "staff"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("nobody can say who you are", "it answers with status 500");
        }
        assertThat(hub.audit).singleElement().asString().contains("issuer lost", "it answers with status 500");
        assertThat(hub.get(
                                "/metrics",
                                "Authorization",
                                "Bearer " + hub.eve.secret().reveal())
                        .statusCode())
                .as("tokens of the configuration need no provider")
                .isEqualTo(200);
        hub.provider.answer(200, "");
        hub.time.advance(Duration.ofSeconds(30));
        assertThat(hub.get("/metrics", "Authorization", "Bearer " + hub.jwt(hub.key, "staff"))
                        .statusCode())
                .isEqualTo(200);
        hub.provider.answer(500, "");
        hub.time.advance(Duration.ofMinutes(4));
        assertThat(hub.get("/metrics", "Authorization", "Bearer " + hub.jwt(hub.key, "staff"))
                        .statusCode())
                .as("known keys go on")
                .isEqualTo(200);
    }

    @Test
    void speaksTlsWithACertificateOfItsOwn() throws Exception {
        // Given
        var tls = Certificates.make(folder, "EC");
        hub.reopen(0, hub.access(Proxies.NONE, Set.of()), Optional.of(tls));

        // When
        try (var encrypted = HttpClient.newBuilder().sslContext(trusting(tls)).build()) {
            var request = HttpRequest.newBuilder(
                            URI.create("https://localhost:%d/api/v1/session".formatted(hub.port())))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"token\":\"%s\"}".formatted(hub.eve.secret().reveal())));
            var answer = encrypted.send(request.build(), HttpResponse.BodyHandlers.ofString());

            // Then
            assertThat(answer.statusCode()).isEqualTo(204);
            assertThat(answer.headers().firstValue("set-cookie"))
                    .get()
                    .asString()
                    .startsWith("__Host-pinstream=")
                    .contains("; Secure");
        }
    }

    private static SSLContext trusting(WebTls tls) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("hub", tls.read().getCertificate("hub"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
