package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.config.Secret;
import io.pinstream.hub.oidc.JwtVerifier;
import io.pinstream.hub.web.Sessions.Opened;
import io.pinstream.time.ManualTime;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final WebServer.Token.Made ann = WebServer.Token.make("ann", Role.OPERATOR, new SecureRandom());
    private final String token = ann.secret().reveal();
    private final ManualTime time = new ManualTime();
    private final Sessions sessions = hub(Map.of("ann", known(ann)), Optional.empty());

    @Test
    void holdTheTokenInAFormThatNobodyElseReads() {
        var cookie = sessions.seal(sessions.begin(token));

        assertThat(cookie).matches("ann\\.[A-Za-z0-9_-]{100,}").doesNotContain(token);
        assertThat(sessions.open(cookie)).isInstanceOfSatisfying(Opened.Valid.class, valid -> {
            assertThat(valid.session().token()).isEqualTo(token);
            assertThat(valid.toString()).doesNotContain(token);
        });
        assertThat(sessions.seal(sessions.begin(token))).isNotEqualTo(cookie);
    }

    @Test
    void areGoodAfterARestartAndAtAnotherHubUntilTheirTokenIsReplaced() {
        // Given
        var bob = WebServer.Token.make("bob", Role.ADMIN, new SecureRandom());
        var cookie = sessions.seal(sessions.begin(token));

        // Then
        assertThat(hub(Map.of("ann", known(ann), "bob", known(bob)), Optional.empty())
                        .open(cookie))
                .as("with one more token")
                .isInstanceOf(Opened.Valid.class);
        var another = WebServer.Token.make("ann", Role.OPERATOR, new SecureRandom());
        assertThat(hub(Map.of("ann", known(another)), Optional.empty()).open(cookie))
                .as("with another token of that name")
                .isInstanceOf(Opened.Unknown.class);
        assertThat(hub(Map.of("bob", known(bob)), Optional.empty()).open(cookie))
                .as("without it")
                .isInstanceOf(Opened.Unknown.class);
        assertThat(hub(Map.of("ann", known(ann)), Optional.of(new Secret("k".repeat(32))))
                        .open(cookie))
                .as("with another key")
                .isInstanceOf(Opened.Unknown.class);
        assertThat(sessions.open("bob" + cookie.substring(3))).isInstanceOf(Opened.Unknown.class);
    }

    @Test
    void endAfterTwelveHoursInWhichNobodyUsesThem() {
        var session = sessions.begin(token);
        var cookie = sessions.seal(session);

        time.advance(Sessions.IDLE.minusSeconds(1));
        assertThat(sessions.open(cookie)).isInstanceOf(Opened.Valid.class);
        var renewed = sessions.seal(sessions.seen(session));
        time.advance(Duration.ofSeconds(1));
        assertThat(sessions.open(cookie)).isEqualTo(new Opened.Ended());
        assertThat(sessions.open(renewed)).isInstanceOf(Opened.Valid.class);
    }

    @Test
    void endAfterAWeekHoweverMuchTheyAreUsed() {
        var session = sessions.begin(token);

        for (int hours = 0; hours < 7 * 24; hours++) {
            var opened = sessions.open(sessions.seal(session));
            assertThat(opened).as("after %d hours", hours).isInstanceOf(Opened.Valid.class);
            assertThat(sessions.left(session)).isBetween(Duration.ofHours(1), Sessions.IDLE);
            time.advance(Duration.ofHours(1));
            session = sessions.seen(((Opened.Valid) opened).session());
        }

        assertThat(sessions.open(sessions.seal(session))).isEqualTo(new Opened.Ended());
    }

    @Test
    void areRenewedNowAndThenAndNotForEveryRequest() {
        var session = sessions.begin(token);

        assertThat(sessions.isWorthRenewing(session)).isFalse();
        time.advance(Duration.ofMinutes(5));
        assertThat(sessions.isWorthRenewing(session)).isTrue();
    }

    @Test
    void endWhenTheirOwnerSaysSoWithEveryCopyOfTheCookie() {
        var session = sessions.begin(token);
        var copy = sessions.seal(session);
        var another = sessions.seal(sessions.begin(token));

        sessions.end(session);

        assertThat(sessions.open(copy)).isEqualTo(new Opened.Ended());
        assertThat(sessions.open(sessions.seal(sessions.seen(session)))).isEqualTo(new Opened.Ended());
        assertThat(sessions.open(another)).isInstanceOf(Opened.Valid.class);
    }

    @Test
    void areNotToBeMadeNorChanged() {
        var cookie = sessions.seal(sessions.begin(token));

        for (int at = 0; at < cookie.length(); at++) {
            for (char other : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=".toCharArray()) {
                var changed = cookie.substring(0, at) + other + cookie.substring(at + 1);
                if (other != cookie.charAt(at)) {
                    assertThat(sessions.open(changed))
                            .as("%s, changed at %d", changed, at)
                            .isInstanceOf(Opened.Unknown.class);
                }
            }
        }
        for (var text :
                List.of("", ".", "ann", "ann.", "ann.AAAA", "~.AAAA", "ann." + "A".repeat(200), "x".repeat(9999))) {
            assertThat(sessions.open(text)).as(text).isInstanceOf(Opened.Unknown.class);
        }
    }

    @Test
    void holdAProvidersTokenInOneCookie() {
        var provider = new JwtVerifier.Config("i", List.of("a"), URI.create("https://h/keys"), "roles");
        var oidc = new AccessConfig.Oidc(provider, Map.of(Role.VIEWER, List.of("staff")));
        var config = new AccessConfig(Map.of(), Optional.of(oidc), Optional.empty(), Proxies.NONE, Set.of());
        var jwt = "x".repeat(Sessions.LONGEST_TOKEN - 4) + ".y.z";

        var cookie = new Sessions(config, time).seal(new Sessions(config, time).begin(jwt));

        assertThat(cookie.length() + "__Host-pinstream=".length()).isLessThanOrEqualTo(4096);
        assertThat(new Sessions(config, time).open(cookie)).isInstanceOf(Opened.Valid.class);
    }

    private Sessions hub(Map<String, WebServer.Token> tokens, Optional<Secret> key) {
        return new Sessions(new AccessConfig(tokens, Optional.empty(), key, Proxies.NONE, Set.of()), time);
    }

    private static WebServer.Token known(WebServer.Token.Made made) {
        return new WebServer.Token(made.role(), made.hash());
    }
}
