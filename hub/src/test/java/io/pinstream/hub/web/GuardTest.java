package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.ManualTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The guard before routes of every kind.
class GuardTest {
    private final Map<Role, String> tokens = new EnumMap<>(Role.class);
    private final List<String> audit = new CopyOnWriteArrayList<>();
    private final AtomicInteger secrets = new AtomicInteger();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Javalin server = Javalin.create(javalin -> {
                javalin.startup.showJavalinBanner = false;
                var known = new HashMap<String, WebServer.Token>();
                for (var role : Role.values()) {
                    var made = WebServer.Token.make("the-" + SessionPages.text(role), role, new SecureRandom());
                    known.put("the-" + SessionPages.text(role), new WebServer.Token(role, made.hash()));
                    tokens.put(role, made.secret().reveal());
                }
                var watch = new HubWatch() {
                    @Override
                    public void askedForChange(String name, String address, String what, int status) {
                        audit.add("%s %s %s %d".formatted(name, address, what, status));
                    }
                };
                var doorkeeper = new Doorkeeper(AccessConfig.of(known), new ManualTime(), HubWatch.NONE);
                var sessions = new SessionPages(doorkeeper, watch);
                javalin.routes.exception(HttpProblem.class, HttpProblem::answer);
                new Guard(List.of(), doorkeeper, sessions, watch).add(javalin.routes);
                javalin.routes.get("/api/look", page -> page.result("ok"));
                javalin.routes.post("/api/command", page -> page.result("ok"));
                javalin.routes.delete("/api/silent", page -> page.status(204));
                javalin.routes.post("/api/outlet", page -> page.result("ok"), Needs.ADMIN);
                javalin.routes.get("/api/secret", page -> page.result("" + secrets.incrementAndGet()), Needs.ADMIN);
                javalin.routes.post("/api/harmless", page -> page.result("ok"), Needs.VIEWER);
                javalin.routes.get("/page/{file}", page -> page.result("ok"));
            })
            .start("127.0.0.1", 0);

    @AfterEach
    void stop() {
        client.close();
        server.stop();
    }

    @Test
    void letsEachRoleDoWhatItMay() throws Exception {
        assertMay("GET /api/look", 200, 200, 200);
        assertMay("HEAD /api/look", 200, 200, 200);
        assertMay("POST /api/command", 403, 200, 200);
        assertMay("DELETE /api/silent", 403, 204, 204);
        assertMay("POST /api/outlet", 403, 403, 200);
        assertMay("GET /api/secret", 403, 403, 200);
        int run = secrets.get();
        assertMay("HEAD /api/secret", 200, 200, 200);
        assertThat(secrets).as("HEAD runs no handler").hasValue(run);
        assertMay("POST /api/harmless", 200, 200, 200);
        assertThat(send("POST /api/outlet", tokens.get(Role.OPERATOR)).body())
                .contains("'the-operator' has the role operator, but this needs admin".replace("'", "\\\""));
    }

    @Test
    void hidesEverythingThatIsNotNamedAsPublicHoweverThePathIsWritten() throws Exception {
        assertThat(send("GET /page/x.js", "").statusCode()).isEqualTo(200);
        for (var path : List.of(
                "/api/look",
                "/api/look/",
                "//api/look",
                "/API/look",
                "/page",
                "/page/../api/look",
                "/page/%2e%2e/api/look",
                "/page/..;/api/look",
                "/page/x%2f..%2f..%2fapi/look",
                "/page/;/../../api/look",
                "/metrics",
                "/socket.io/",
                "/healthz/../api/look",
                "/nothing")) {
            assertThat(send("GET " + path, "").statusCode()).as(path).isIn(400, 401);
        }
        assertThat(send("POST /page/x.js", "").statusCode()).isEqualTo(401);
    }

    @Test
    void writesDownWhoAskedForAChangeAndNotWhoLooked() throws Exception {
        send("GET /api/look", tokens.get(Role.VIEWER));
        send("POST /api/command", tokens.get(Role.VIEWER));
        send("POST /api/command", tokens.get(Role.OPERATOR));
        send("DELETE /api/silent", tokens.get(Role.ADMIN));

        assertThat(audit)
                .containsExactly(
                        "the-viewer 127.0.0.1 POST /api/command 403",
                        "the-operator 127.0.0.1 POST /api/command 200",
                        "the-admin 127.0.0.1 DELETE /api/silent 204");
    }

    private void assertMay(String what, int viewer, int operator, int admin) throws Exception {
        assertThat(send(what, "").statusCode()).as(what).isEqualTo(401);
        assertThat(send(what, tokens.get(Role.VIEWER)).statusCode()).as(what).isEqualTo(viewer);
        assertThat(send(what, tokens.get(Role.OPERATOR)).statusCode()).as(what).isEqualTo(operator);
        assertThat(send(what, tokens.get(Role.ADMIN)).statusCode()).as(what).isEqualTo(admin);
    }

    private HttpResponse<String> send(String what, String token) throws Exception {
        var words = what.split(" ");
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(server.port(), words[1])))
                .method(words[0], HttpRequest.BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
