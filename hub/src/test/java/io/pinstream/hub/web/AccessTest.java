package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.web.Access.Answer;
import io.pinstream.time.ManualTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private final WebServer.Token.Made ann = WebServer.Token.make("ann", Role.OPERATOR, new SecureRandom());
    private final ManualTime time = new ManualTime();
    private final Access access = new Access(Map.of("ann", new WebServer.Token(ann.role(), ann.hash())), time);

    @Test
    void knowsWhoHasAToken() {
        var secret = ann.secret().reveal();

        assertThat(secret).matches("ann\\.[A-Za-z0-9_-]{43}");
        assertThat(access.check(secret, "here")).isEqualTo(new Answer.Granted("ann", Role.OPERATOR));
        assertThat(access.check(secret, "here")).isEqualTo(new Answer.Granted("ann", Role.OPERATOR));
        assertThat(access.check(secret + "x", "here")).isInstanceOf(Answer.Refused.class);
        assertThat(access.check("bob" + secret.substring(3), "here")).isInstanceOf(Answer.Refused.class);
        assertThat(access.check("", "here")).isInstanceOf(Answer.Refused.class);
        assertThat(access.check("x".repeat(100_000), "here")).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void listensToNobodyWhoFailsTooOftenUntilTheMinuteIsOver() {
        for (int i = 0; i < 10; i++) {
            assertThat(access.check("ann." + i, "there")).isInstanceOf(Answer.Refused.class);
        }
        time.advance(Duration.ofSeconds(20));

        assertThat(access.check(ann.secret().reveal(), "there")).isEqualTo(new Answer.TooMany(Duration.ofSeconds(40)));
        assertThat(access.check(ann.secret().reveal(), "elsewhere")).isInstanceOf(Answer.Granted.class);
        assertThat(access.check(ann.secret().reveal(), "there"))
                .as("a token that was right before")
                .isInstanceOf(Answer.Granted.class);
        time.advance(Duration.ofSeconds(40));
        assertThat(access.check("ann.x", "there")).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void keepsNothingOfATokenButItsHash() {
        var text = ann.hash().text();

        assertThat(TokenHash.parse(text)).isEqualTo(ann.hash());
        assertThat(TokenHash.parse(text).fits(ann.secret().reveal())).isTrue();
        assertThat(ann.toString())
                .doesNotContain(text)
                .doesNotContain(ann.secret().reveal());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "pbkdf2-sha256:0:AAAAAAAAAAAAAAAAAAAAAA:x",
                "pbkdf2-sha256:9999999:AAAAAAAAAAAAAAAAAAAAAA:" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void refusesWhatIsNoHash(String text) {
        assertThatThrownBy(() -> TokenHash.parse(text)).hasMessageStartingWith("must be pbkdf2-sha256:");
    }
}
