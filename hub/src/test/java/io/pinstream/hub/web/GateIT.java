package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.RSAKey;
import io.pinstream.hub.command.NoCommands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.live.MemoryLog;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.oidc.Provider;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.ManualTime;
import io.pinstream.time.TimeSource;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// Who may ask, over real HTTP: with a provider that signs, with a browser, and with TLS.
class GateIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String COMMAND = "/api/v1/devices/attic/nothing"; // no such route, so 404 once it is let in

    private final WebServer.Token.Made ann = WebServer.Token.make("ann", Role.OPERATOR, new SecureRandom());
    private final WebServer.Token.Made eve = WebServer.Token.make("eve", Role.VIEWER, new SecureRandom());
    private final Map<String, WebServer.Token> tokens = Map.of(
            "ann", new WebServer.Token(ann.role(), ann.hash()),
            "eve", new WebServer.Token(eve.role(), eve.hash()));
    private final MemoryLog log = new MemoryLog(7, 1, new Random(1)).patient();
    private final ManualTime time = new ManualTime();
    private final List<String> audit = new CopyOnWriteArrayList<>();
    private RSAKey key;
    private Provider provider;
    private HttpClient client;
    private LiveFeed feed;
    private Thread live;
    private WebServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        key = Provider.rsa("first");
        provider = Provider.start(key);
        client = HttpClient.newHttpClient();
        feed = new LiveFeed(log, LiveFeed.Config.DEFAULT, TimeSource.system(), HubWatch.NONE);
        live = Thread.ofPlatform().name("live").start(feed);
        server = open(0, access(Proxies.NONE, Set.of()), Optional.empty());
    }

    @AfterEach
    void stop() throws InterruptedException {
        feed.close();
        live.join(LIMIT);
        client.close();
        server.close();
        provider.close();
    }

    // Sessions.

    @Test
    void begin() throws Exception {
        // Given nobody
        assertThat(get("/api/v1/session").statusCode()).isEqualTo(401);
        assertThat(get("/").statusCode()).as("the page itself").isEqualTo(200);
        assertThat(audit).as("nobody tried").isEmpty();

        // When
        var login = login(eve.secret().reveal());

        // Then
        assertThat(login.statusCode()).isEqualTo(204);
        var cookie = login.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie.split("; ?"))
                .contains("Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200")
                .doesNotContain("Secure");
        assertThat(cookie)
                .startsWith("pinstream=eve.")
                .doesNotContain(eve.secret().reveal());
        var session = get("/api/v1/session", "Cookie", pair(login));
        assertThat(session.body()).isEqualTo("{\"open\":false,\"name\":\"eve\",\"role\":\"viewer\"}\n");
        assertThat(session.headers().firstValue("set-cookie"))
                .as("too new to be renewed")
                .isEmpty();
        assertThat(get("/metrics", "Cookie", pair(login)).statusCode()).isEqualTo(200);
        assertThat(audit).contains("login eve viewer 127.0.0.1");
        assertThat(String.join("", audit)).doesNotContain(eve.secret().reveal());
    }

    @Test
    void areRenewedWhileTheyAreUsedAndEndWhenTheyAreNot() throws Exception {
        var login = login(eve.secret().reveal());
        time.advance(Duration.ofHours(11));
        var used = get("/api/v1/session", "Cookie", pair(login));
        assertThat(used.statusCode()).isEqualTo(200);
        time.advance(Duration.ofHours(2));

        assertThat(get("/api/v1/session", "Cookie", pair(used)).statusCode()).isEqualTo(200);
        var old = get("/api/v1/session", "Cookie", pair(login));
        assertThat(old.statusCode()).isEqualTo(401);
        assertThat(old.body()).contains("the session has ended: log in again");
        assertThat(old.headers().firstValue("set-cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie).contains("pinstream=;", "Expires=Thu, 01 Jan 1970"));
    }

    @Test
    void outliveARestartOfTheHubAndEndWithTheirToken() throws Exception {
        // Given
        var cookie = pair(login(eve.secret().reveal()));
        int port = server.port();

        // When
        server.close();
        server = open(port, access(Proxies.NONE, Set.of()), Optional.empty());

        // Then
        assertThat(get("/metrics", "Cookie", cookie).statusCode()).isEqualTo(200);
        server.close();
        server = open(port, AccessConfig.of(Map.of("ann", tokens.get("ann"))), Optional.empty());
        var refused = get("/metrics", "Cookie", cookie);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("the hub does not know this session: log in again");
    }

    @Test
    void endWhenTheirOwnerSaysSo() throws Exception {
        var cookie = pair(login(eve.secret().reveal()));

        assertThat(send("DELETE", "/api/v1/session", "Cookie", cookie).statusCode())
                .as("a foreign page might")
                .isEqualTo(403);
        var ended = send("DELETE", "/api/v1/session", "Cookie", cookie, "X-Pinstream-Request", "1");

        assertThat(ended.statusCode()).as("a viewer may").isEqualTo(204);
        assertThat(ended.headers().firstValue("set-cookie")).get().asString().contains("Expires=Thu, 01 Jan 1970");
        assertThat(get("/api/v1/session", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void mustBeAskedForInTheRightWay() throws Exception {
        assertThat(post("text/plain", "{\"token\":\"x\"}").statusCode()).isEqualTo(415);
        for (var body : List.of(
                "", "{}", "[]", "{\"token\":1}", "{\"token\":\"x\",\"a\":1}", "{\"token\"", "x".repeat(99_999))) {
            var answer = post("application/json", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).contains("the body must be");
        }
        assertThat(login("wrong").statusCode()).isEqualTo(401);
        assertThat(post("application/json", "{\"token\":\"x\"}", "Origin", "https://evil.example.org")
                        .statusCode())
                .isEqualTo(403);
    }

    // Foreign pages.

    @Test
    void doesNothingForAForeignPageThatHasTheBrowserSendTheCookie() throws Exception {
        var cookie = pair(login(ann.secret().reveal()));
        var own = "http://127.0.0.1:" + server.port();

        for (var method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            assertThat(send(method, COMMAND, "Cookie", cookie).statusCode()).isEqualTo(403);
            assertThat(ours(method, cookie, "Origin", own)).isEqualTo(404);
            assertThat(ours(method, cookie, "Sec-Fetch-Site", "same-origin")).isEqualTo(404);
            for (var origin : List.of(
                    "https://evil.example.org",
                    "http://127.0.0.1:1",
                    "null",
                    "http://localhost:" + server.port(),
                    "%%")) {
                assertThat(ours(method, cookie, "Origin", origin)).as(origin).isEqualTo(403);
            }
            for (var site : List.of("cross-site", "same-site")) {
                assertThat(ours(method, cookie, "Sec-Fetch-Site", site, "Origin", own))
                        .as(site)
                        .isEqualTo(403);
            }
        }
        assertThat(send(
                                "POST",
                                COMMAND,
                                "Authorization",
                                "Bearer " + ann.secret().reveal(),
                                "Origin",
                                "http://x")
                        .statusCode())
                .as("a token, which no browser sends by itself")
                .isEqualTo(404);
    }

    @Test
    void doesNothingForAForeignPageThatFindsTheHubOpen() throws Exception {
        server.close();
        server = open(0, AccessConfig.OPEN, Optional.empty());

        assertThat(send("POST", COMMAND).statusCode()).as("a program").isEqualTo(404);
        assertThat(send("POST", COMMAND, "Origin", "https://evil.example.org").statusCode())
                .isEqualTo(403);
        assertThat(send("POST", COMMAND, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(get("/api/v1/session").body()).isEqualTo("{\"open\":true}\n");
        assertThat(login("x").statusCode()).isEqualTo(409);
    }

    @Test
    void letsForeignPagesReadOnlyIfTheyAreNamed() throws Exception {
        // Given
        server.close();
        server = open(0, access(Proxies.NONE, Set.of("https://board.example.org")), Optional.empty());
        var right = "Bearer " + eve.secret().reveal();

        // When
        var asked = send(
                "OPTIONS", "/metrics", "Origin", "https://board.example.org", "Access-Control-Request-Method", "GET");
        var read = get("/metrics", "Origin", "https://board.example.org", "Authorization", right);
        var foreign = send(
                "OPTIONS", "/metrics", "Origin", "https://evil.example.org", "Access-Control-Request-Method", "GET");

        // Then
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("access-control-allow-headers"))
                .get()
                .asString()
                .contains("Authorization");
        assertThat(read.statusCode()).isEqualTo(200);
        for (var answer : List.of(asked, read)) {
            assertThat(answer.headers().map())
                    .containsEntry("access-control-allow-origin", List.of("https://board.example.org"))
                    .doesNotContainKey("access-control-allow-credentials");
        }
        assertThat(foreign.statusCode()).isEqualTo(401);
        assertThat(foreign.headers().map()).doesNotContainKey("access-control-allow-origin");
        var cookie = pair(login(ann.secret().reveal()));
        assertThat(ours("POST", cookie, "Origin", "https://board.example.org"))
                .as("not with our cookie")
                .isEqualTo(403);
    }

    // Failures.

    @Test
    void countsFailuresAlikeHoweverTheyCome() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(get("/metrics", "Authorization", "Bearer ann.x" + i).statusCode())
                    .isEqualTo(401);
            assertThat(get("/metrics", "Cookie", "pinstream=ann.x" + i).statusCode())
                    .isEqualTo(401);
            assertThat(login("ann.y" + i).statusCode()).isEqualTo(i < 3 ? 401 : 429);
            if (i == 2) {
                assertThat(get("/metrics", "Authorization", "Bearer ann.z").statusCode())
                        .isEqualTo(401);
                break;
            }
        }
        assertThat(get("/metrics", "Authorization", "Bearer ann.x").statusCode())
                .isEqualTo(429);
        assertThat(get("/metrics", "Cookie", "pinstream=ann.x").statusCode()).isEqualTo(429);
        assertThat(login(ann.secret().reveal()).statusCode()).isEqualTo(429);
        time.advance(Duration.ofMinutes(1));
        assertThat(login(ann.secret().reveal()).statusCode()).isEqualTo(204);
        assertThat(audit).contains("refused 127.0.0.1 POST /api/v1/session 429");
    }

    @Test
    void believesAProxyOnlyIfItIsNamed() throws Exception {
        assertThat(login(eve.secret().reveal(), "X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https")
                        .headers()
                        .firstValue("set-cookie"))
                .get()
                .asString()
                .startsWith("pinstream=");
        server.close();
        server = open(0, access(new Proxies(List.of("127.0.0.0/8")), Set.of()), Optional.empty());

        var login = login(
                eve.secret().reveal(), "X-Forwarded-For", "203.0.113.9, 198.51.100.1", "X-Forwarded-Proto", "https");

        assertThat(login.headers().firstValue("set-cookie"))
                .get()
                .asString()
                .startsWith("__Host-pinstream=eve.")
                .contains("; Secure")
                .contains("Path=/")
                .doesNotContain("Domain");
        assertThat(audit).containsExactly("login eve viewer 127.0.0.1", "login eve viewer 198.51.100.1");
        for (int i = 0; i < 10; i++) {
            get("/metrics", "Authorization", "Bearer x", "X-Forwarded-For", i + ".0.0.1, 198.51.100.2");
        }
        assertThat(get("/metrics", "Authorization", "Bearer x", "X-Forwarded-For", "198.51.100.2")
                        .statusCode())
                .isEqualTo(429);
        assertThat(get("/metrics", "Authorization", "Bearer x", "X-Forwarded-For", "198.51.100.3")
                        .statusCode())
                .isEqualTo(401);
    }

    // A provider.

    @Test
    void knowsWhomAProviderNamesThroughAChangeOfItsKeys() throws Exception {
        // Given
        var old = jwt(key, "plant-operators");
        assertThat(get("/api/v1/session", "Authorization", "Bearer " + old).body())
                .isEqualTo("{\"open\":false,\"name\":\"ann\",\"role\":\"operator\"}\n");
        var cookie = pair(login(old));

        // When
        var next = Provider.rsa("second");
        provider.show(next, key);
        time.advance(Duration.ofSeconds(30));

        // Then
        assertThat(get("/metrics", "Authorization", "Bearer " + jwt(next, "staff"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(get("/metrics", "Cookie", cookie).statusCode()).isEqualTo(200);
        assertThat(provider.asked()).isEqualTo(2);
        var nothing = get("/metrics", "Authorization", "Bearer " + jwt(next, "guests"));
        assertThat(nothing.statusCode()).isEqualTo(401);
        assertThat(nothing.body()).contains("the token gives none of the roles in web.oidc.roles");
        time.advance(Duration.ofMinutes(6));
        var ended = get("/metrics", "Cookie", cookie);
        assertThat(ended.statusCode()).as("a session ends with its token").isEqualTo(401);
        assertThat(ended.body()).contains("the token has ended");
    }

    @Test
    void saysThatTheProviderIsAwayAndBlamesNobody() throws Exception {
        provider.answer(500, "");

        for (int i = 0; i < 20; i++) {
            var answer = get("/metrics", "Authorization", "Bearer " + jwt(key, "staff"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("nobody can say who you are", "it answers with status 500");
        }
        assertThat(audit).singleElement().asString().contains("issuer lost", "it answers with status 500");
        assertThat(get("/metrics", "Authorization", "Bearer " + eve.secret().reveal())
                        .statusCode())
                .as("tokens of the configuration need no provider")
                .isEqualTo(200);
        provider.answer(200, "");
        time.advance(Duration.ofSeconds(30));
        assertThat(get("/metrics", "Authorization", "Bearer " + jwt(key, "staff"))
                        .statusCode())
                .isEqualTo(200);
        provider.answer(500, "");
        time.advance(Duration.ofMinutes(4));
        assertThat(get("/metrics", "Authorization", "Bearer " + jwt(key, "staff"))
                        .statusCode())
                .as("known keys go on")
                .isEqualTo(200);
    }

    // TLS.

    @Test
    void speaksTlsWithACertificateOfItsOwn() throws Exception {
        // Given
        var tls = Certificates.make(folder, "EC");
        server.close();
        server = open(0, access(Proxies.NONE, Set.of()), Optional.of(tls));

        // When
        try (var encrypted = HttpClient.newBuilder().sslContext(trusting(tls)).build()) {
            var request = HttpRequest.newBuilder(
                            URI.create("https://localhost:%d/api/v1/session".formatted(server.port())))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            "{\"token\":\"%s\"}".formatted(eve.secret().reveal())));
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

    // A browser.

    @Test
    void carriesABrowsersEventSourceByItsCookieWhichNoScriptSees() throws Exception {
        var browser = browser();
        try {
            // Given
            browser.get("http://127.0.0.1:%d/healthz".formatted(server.port()));
            browser.manage().timeouts().scriptTimeout(LIMIT);

            // When
            var status = browser.executeAsyncScript("""
                    const done = arguments[1];
                    fetch('/api/v1/session', {method: 'POST', headers: {'Content-Type': 'application/json'},
                            body: JSON.stringify({token: arguments[0]})})
                        .then(answer => {
                            window.source = new EventSource('/api/v1/stream');
                            source.addEventListener('position', () => window.there = true);
                            done(answer.status);
                        });
                    """, ann.secret().reveal());
            await().atMost(LIMIT).until(() -> Boolean.TRUE.equals(browser.executeScript("return window.there")));

            // Then
            assertThat(status).isEqualTo(204L);
            assertThat(browser.executeScript("return document.cookie")).isEqualTo("");
            assertThat(fetched(browser, "POST", Map.of()))
                    .as("without the header")
                    .isEqualTo(403L);
            assertThat(fetched(browser, "POST", Map.of("X-Pinstream-Request", "1")))
                    .isEqualTo(404L);

            // Given another page on this machine, of another port, for which a browser sends the same cookies
            audit.clear();
            browser.get(provider.url().toString());
            browser.executeAsyncScript(
                    "fetch(arguments[0], {method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x'})"
                            + ".then(arguments[1], arguments[1]);",
                    "http://127.0.0.1:%d%s".formatted(server.port(), COMMAND));

            // Then
            assertThat(audit).containsExactly("change  127.0.0.1 POST " + COMMAND + " 403");
        } finally {
            browser.quit();
        }
    }

    private static Object fetched(ChromeDriver browser, String method, Map<String, String> headers) {
        return browser.executeAsyncScript(
                "fetch(arguments[0], {method: arguments[1], headers: arguments[2]}).then(a => arguments[3](a.status));",
                COMMAND,
                method,
                headers);
    }

    private static ChromeDriver browser() {
        // The system's own programs: Selenium would look for others on the network.
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .usingAnyFreePort()
                .build();
        var options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        return new ChromeDriver(service, options);
    }

    // How it is asked.

    private AccessConfig access(Proxies proxies, Set<String> origins) {
        var roles = Map.of(Role.VIEWER, List.of("staff"), Role.OPERATOR, List.of("plant-operators"));
        return new AccessConfig(
                tokens,
                Optional.of(new AccessConfig.Oidc(provider.config(), roles)),
                Optional.empty(),
                proxies,
                origins);
    }

    private String jwt(RSAKey by, String role) throws Exception {
        var claims = Provider.claims(time.instant()).claim("roles", List.of(role));
        return Provider.signed(by, JWSAlgorithm.RS256, claims.build());
    }

    private WebServer open(int port, AccessConfig access, Optional<WebTls> tls) throws IOException {
        return WebServer.open(
                new WebServer.Config("127.0.0.1", port, List.of(), access, tls),
                new WebServer.Sources(
                        () -> "",
                        () -> new Readiness(List.of()),
                        new Figures(time)::look,
                        feed,
                        new DeviceRegistry(log, HubWatch.NONE),
                        new History(log, History.Config.DEFAULT, time),
                        new DeadLetters(KafkaSettings.DEFAULT),
                        NoCommands.of(time),
                        NoOutlets.of(time),
                        time,
                        new Audit()));
    }

    private final class Audit implements HubWatch {
        @Override
        public void issuerLost(String reason) {
            audit.add("issuer lost " + reason);
        }

        @Override
        public void loggedIn(String name, String role, String address) {
            audit.add("login %s %s %s".formatted(name, role, address));
        }

        @Override
        public void loginRefused(String address, String reason) {
            audit.add("refused %s %s".formatted(address, reason));
        }

        @Override
        public void askedForChange(String name, String address, String what, int status) {
            audit.add("change %s %s %s %d".formatted(name, address, what, status));
        }
    }

    private HttpResponse<String> login(String token, String... headers) throws Exception {
        return post("application/json", "{\"token\":\"%s\"}".formatted(token), headers);
    }

    private HttpResponse<String> post(String type, String body, String... headers) throws Exception {
        var all = Stream.concat(Stream.of("Content-Type", type), Stream.of(headers))
                .toArray(String[]::new);
        return client.send(
                request("/api/v1/session")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .headers(all)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String pair(HttpResponse<?> answer) {
        return answer.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    /// What the hub's own page sends, with more headers.
    private int ours(String method, String cookie, String... headers) throws Exception {
        var all = Stream.concat(Stream.of("Cookie", cookie, "X-Pinstream-Request", "1"), Stream.of(headers));
        return send(method, COMMAND, all.toArray(String[]::new)).statusCode();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        var request = request(path).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)))
                .timeout(LIMIT);
    }
}
