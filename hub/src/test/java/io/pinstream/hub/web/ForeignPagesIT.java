package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/// What other pages may have a browser do at a hub, over real HTTP and in a real browser.
class ForeignPagesIT {
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
    void doesNothingForAForeignPageThatHasTheBrowserSendTheCookie() throws Exception {
        var cookie = Gatehouse.pair(hub.login(hub.ann.secret().reveal()));
        var own = "http://127.0.0.1:" + hub.port();

        for (var method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            assertThat(hub.send(method, Gatehouse.COMMAND, "Cookie", cookie).statusCode())
                    .isEqualTo(403);
            assertThat(hub.ours(method, cookie, "Origin", own)).isEqualTo(404);
            assertThat(hub.ours(method, cookie, "Sec-Fetch-Site", "same-origin"))
                    .isEqualTo(404);
            for (var origin : List.of(
                    "https://evil.example.org", "http://127.0.0.1:1", "null", "http://localhost:" + hub.port(), "%%")) {
                assertThat(hub.ours(method, cookie, "Origin", origin))
                        .as(origin)
                        .isEqualTo(403);
            }
            for (var site : List.of("cross-site", "same-site")) {
                assertThat(hub.ours(method, cookie, "Sec-Fetch-Site", site, "Origin", own))
                        .as(site)
                        .isEqualTo(403);
            }
        }
        assertThat(hub.send(
                                "POST",
                                Gatehouse.COMMAND,
                                "Authorization",
                                "Bearer " + hub.ann.secret().reveal(),
                                "Origin",
                                "http://x")
                        .statusCode())
                .as("a token, which no browser sends by itself")
                .isEqualTo(404);
    }

    @Test
    void doesNothingForAForeignPageThatFindsTheHubOpen() throws Exception {
        hub.reopen(0, AccessConfig.OPEN, Optional.empty());

        assertThat(hub.send("POST", Gatehouse.COMMAND).statusCode())
                .as("a program")
                .isEqualTo(404);
        assertThat(hub.send("POST", Gatehouse.COMMAND, "Origin", "https://evil.example.org")
                        .statusCode())
                .isEqualTo(403);
        assertThat(hub.send("POST", Gatehouse.COMMAND, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(hub.get("/api/v1/session").body()).isEqualTo("{\"open\":true}\n");
        assertThat(hub.login("x").statusCode()).isEqualTo(409);
    }

    @Test
    void letsForeignPagesReadOnlyIfTheyAreNamed() throws Exception {
        // Given
        hub.reopen(0, hub.access(Proxies.NONE, Set.of("https://board.example.org")), Optional.empty());
        var right = "Bearer " + hub.eve.secret().reveal();

        // When
        var asked = hub.send(
                "OPTIONS", "/metrics", "Origin", "https://board.example.org", "Access-Control-Request-Method", "GET");
        var read = hub.get("/metrics", "Origin", "https://board.example.org", "Authorization", right);
        var foreign = hub.send(
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
        var cookie = Gatehouse.pair(hub.login(hub.ann.secret().reveal()));
        assertThat(hub.ours("POST", cookie, "Origin", "https://board.example.org"))
                .as("not with our cookie")
                .isEqualTo(403);
    }

    @Test
    void carriesABrowsersEventSourceByItsCookieWhichNoScriptSees() throws Exception {
        var browser = browser();
        try {
            // Given
            browser.get("http://127.0.0.1:%d/healthz".formatted(hub.port()));
            browser.manage().timeouts().scriptTimeout(Gatehouse.LIMIT);

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
                    """, hub.ann.secret().reveal());
            await().atMost(Gatehouse.LIMIT)
                    .until(() -> Boolean.TRUE.equals(browser.executeScript("return window.there")));

            // Then
            assertThat(status).isEqualTo(204L);
            assertThat(browser.executeScript("return document.cookie")).isEqualTo("");
            assertThat(fetched(browser, "POST", Map.of()))
                    .as("without the header")
                    .isEqualTo(403L);
            assertThat(fetched(browser, "POST", Map.of("X-Pinstream-Request", "1")))
                    .isEqualTo(404L);

            // Given another page on this machine, of another port, for which a browser sends the same cookies
            hub.audit.clear();
            browser.get(hub.provider.url().toString());
            browser.executeAsyncScript(
                    "fetch(arguments[0], {method: 'POST', mode: 'no-cors', credentials: 'include', body: 'x'})"
                            + ".then(arguments[1], arguments[1]);",
                    "http://127.0.0.1:%d%s".formatted(hub.port(), Gatehouse.COMMAND));

            // Then
            assertThat(hub.audit).containsExactly("change  127.0.0.1 POST " + Gatehouse.COMMAND + " 403");
        } finally {
            browser.quit();
        }
    }

    private static Object fetched(ChromeDriver browser, String method, Map<String, String> headers) {
        return browser.executeAsyncScript(
                "fetch(arguments[0], {method: arguments[1], headers: arguments[2]}).then(a => arguments[3](a.status));",
                Gatehouse.COMMAND,
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
}
