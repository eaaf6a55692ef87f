package io.pinstream.hub.web;

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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A hub's web server with a gate: two people with tokens, a provider of OpenID, a clock by hand, and what it says
/// of logins and changes. And how it is asked, by HTTP.
final class Gatehouse {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final String COMMAND = "/api/v1/devices/attic/nothing"; // no such route, so 404 once it is let in

    final WebServer.Token.Made ann = WebServer.Token.make("ann", Role.OPERATOR, new SecureRandom());
    final WebServer.Token.Made eve = WebServer.Token.make("eve", Role.VIEWER, new SecureRandom());
    final Map<String, WebServer.Token> tokens = Map.of(
            "ann", new WebServer.Token(ann.role(), ann.hash()),
            "eve", new WebServer.Token(eve.role(), eve.hash()));
    final ManualTime time = new ManualTime();
    final List<String> audit = new CopyOnWriteArrayList<>();
    final RSAKey key = Provider.rsa("first");
    final Provider provider = Provider.start(key);
    private final MemoryLog log = new MemoryLog(7, 1, new Random(1)).patient();
    private final HttpClient client = HttpClient.newHttpClient();
    private final LiveFeed feed = new LiveFeed(log, LiveFeed.Config.DEFAULT, TimeSource.system(), HubWatch.NONE);
    private final Thread live = Thread.ofPlatform().name("live").start(feed);
    private WebServer server;

    Gatehouse() throws Exception {
        server = open(0, access(Proxies.NONE, Set.of()), Optional.empty());
    }

    void close() throws InterruptedException {
        feed.close();
        live.join(LIMIT);
        client.close();
        server.close();
        provider.close();
    }

    int port() {
        return server.port();
    }

    /// The hub starts anew, at that port, or at a free one for 0.
    void reopen(int port, AccessConfig access, Optional<WebTls> tls) throws IOException {
        server.close();
        server = open(port, access, tls);
    }

    AccessConfig access(Proxies proxies, Set<String> origins) {
        var roles = Map.of(Role.VIEWER, List.of("staff"), Role.OPERATOR, List.of("plant-operators"));
        return new AccessConfig(
                tokens,
                Optional.of(new AccessConfig.Oidc(provider.config(), roles)),
                Optional.empty(),
                proxies,
                origins);
    }

    String jwt(RSAKey by, String role) throws Exception {
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

    HttpResponse<String> login(String token, String... headers) throws Exception {
        return post("application/json", "{\"token\":\"%s\"}".formatted(token), headers);
    }

    HttpResponse<String> post(String type, String body, String... headers) throws Exception {
        var all = Stream.concat(Stream.of("Content-Type", type), Stream.of(headers))
                .toArray(String[]::new);
        return client.send(
                request("/api/v1/session")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .headers(all)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static String pair(HttpResponse<?> answer) {
        return answer.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send("GET", path, headers);
    }

    /// What the hub's own page sends, with more headers.
    int ours(String method, String cookie, String... headers) throws Exception {
        var all = Stream.concat(Stream.of("Cookie", cookie, "X-Pinstream-Request", "1"), Stream.of(headers));
        return send(method, COMMAND, all.toArray(String[]::new)).statusCode();
    }

    HttpResponse<String> send(String method, String path, String... headers) throws Exception {
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
