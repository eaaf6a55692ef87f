package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sessions of the page, over real HTTP.
class SessionIT {
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
    void begin() throws Exception {
        // Given nobody
        assertThat(hub.get("/api/v1/session").statusCode()).isEqualTo(401);
        assertThat(hub.get("/").statusCode()).as("the page itself").isEqualTo(200);
        assertThat(hub.audit).as("nobody tried").isEmpty();

        // When
        var login = hub.login(hub.eve.secret().reveal());

        // Then
        assertThat(login.statusCode()).isEqualTo(204);
        var cookie = login.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie.split("; ?"))
                .contains("Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200")
                .doesNotContain("Secure");
        assertThat(cookie)
                .startsWith("pinstream=eve.")
                .doesNotContain(hub.eve.secret().reveal());
        var session = hub.get("/api/v1/session", "Cookie", Gatehouse.pair(login));
        assertThat(session.body()).isEqualTo("{\"open\":false,\"name\":\"eve\",\"role\":\"viewer\"}\n");
        assertThat(session.headers().firstValue("set-cookie"))
                .as("too new to be renewed")
                .isEmpty();
        assertThat(hub.get("/metrics", "Cookie", Gatehouse.pair(login)).statusCode())
                .isEqualTo(200);
        assertThat(hub.audit).contains("login eve viewer 127.0.0.1");
        assertThat(String.join("", hub.audit)).doesNotContain(hub.eve.secret().reveal());
    }

    @Test
    void areRenewedWhileTheyAreUsedAndEndWhenTheyAreNot() throws Exception {
        var login = hub.login(hub.eve.secret().reveal());
        hub.time.advance(Duration.ofHours(11));
        var used = hub.get("/api/v1/session", "Cookie", Gatehouse.pair(login));
        assertThat(used.statusCode()).isEqualTo(200);
        hub.time.advance(Duration.ofHours(2));

        assertThat(hub.get("/api/v1/session", "Cookie", Gatehouse.pair(used)).statusCode())
                .isEqualTo(200);
        var old = hub.get("/api/v1/session", "Cookie", Gatehouse.pair(login));
        assertThat(old.statusCode()).isEqualTo(401);
        assertThat(old.body()).contains("the session has ended: log in again");
        assertThat(old.headers().firstValue("set-cookie"))
                .hasValueSatisfying(cookie -> assertThat(cookie).contains("pinstream=;", "Expires=Thu, 01 Jan 1970"));
    }

    @Test
    void outliveARestartOfTheHubAndEndWithTheirToken() throws Exception {
        // Given
        var cookie = Gatehouse.pair(hub.login(hub.eve.secret().reveal()));
        int port = hub.port();

        // When
        hub.reopen(port, hub.access(Proxies.NONE, Set.of()), Optional.empty());

        // Then
        assertThat(hub.get("/metrics", "Cookie", cookie).statusCode()).isEqualTo(200);
        hub.reopen(port, AccessConfig.of(Map.of("ann", hub.tokens.get("ann"))), Optional.empty());
        var refused = hub.get("/metrics", "Cookie", cookie);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).contains("the hub does not know this session: log in again");
    }

    @Test
    void endWhenTheirOwnerSaysSo() throws Exception {
        var cookie = Gatehouse.pair(hub.login(hub.eve.secret().reveal()));

        assertThat(hub.send("DELETE", "/api/v1/session", "Cookie", cookie).statusCode())
                .as("a foreign page might")
                .isEqualTo(403);
        var ended = hub.send("DELETE", "/api/v1/session", "Cookie", cookie, "X-Pinstream-Request", "1");

        assertThat(ended.statusCode()).as("a viewer may").isEqualTo(204);
        assertThat(ended.headers().firstValue("set-cookie")).get().asString().contains("Expires=Thu, 01 Jan 1970");
        assertThat(hub.get("/api/v1/session", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void mustBeAskedForInTheRightWay() throws Exception {
        assertThat(hub.post("text/plain", "{\"token\":\"x\"}").statusCode()).isEqualTo(415);
        for (var body : List.of(
                "", "{}", "[]", "{\"token\":1}", "{\"token\":\"x\",\"a\":1}", "{\"token\"", "x".repeat(99_999))) {
            var answer = hub.post("application/json", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(answer.body()).contains("the body must be");
        }
        assertThat(hub.login("wrong").statusCode()).isEqualTo(401);
        assertThat(hub.post("application/json", "{\"token\":\"x\"}", "Origin", "https://evil.example.org")
                        .statusCode())
                .isEqualTo(403);
    }
}
