package io.pinstream.hub.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.pinstream.time.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
    private final ManualTime time = new ManualTime();
    private int asked;
    private String document = "";
    private boolean away;
    private final List<String> told = new ArrayList<>();
    private final IssuerKeys keys = new IssuerKeys(this::read, time, new KeyWatch() {
        @Override
        public void keysRead() {
            told.add("read");
        }

        @Override
        public void keysUnreadable(String reason) {
            told.add(reason);
        }
    });

    private String read() throws IOException {
        asked++;
        if (away) {
            throw new IOException("the issuer is away");
        }
        return document;
    }

    @Test
    void asksOnceAnHourAndForAKeyThatIsNew() throws Exception {
        // Given
        show(Provider.rsa("a"));
        assertThat(asked).as("before anybody needs it").isZero();

        // When
        for (int i = 0; i < 100; i++) {
            assertThat(find("a")).hasSize(1);
        }
        assertThat(asked).isEqualTo(1);
        time.advance(IssuerKeys.FRESH);
        assertThat(find("a")).hasSize(1);

        // Then
        assertThat(asked).isEqualTo(2);
        time.advance(IssuerKeys.PAUSE);
        show(Provider.rsa("b"));
        assertThat(find("b")).as("the keys were changed").hasSize(1);
        assertThat(find("a")).as("a key that is gone").isEmpty();
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void isNotMadeToAskByAFloodOfUnknownKeys() throws Exception {
        show(Provider.rsa("a"));
        find("a");

        for (int i = 0; i < 10_000; i++) {
            assertThat(find("unknown-" + i)).isEmpty();
            time.advanceMillis(10); // 100 s in all
        }

        assertThat(asked).isBetween(2, 1 + 100 / 15 + 1);
    }

    @Test
    void goesOnWithKeysThatItHasWhenTheIssuerIsAway() throws Exception {
        // Given
        show(Provider.rsa("a"));
        find("a");

        // When
        away = true;
        time.advance(Duration.ofDays(2));

        // Then
        assertThat(find("a")).hasSize(1);
        document = "rubbish";
        away = false;
        time.advance(Duration.ofDays(2));
        assertThat(find("a")).hasSize(1);
    }

    @Test
    void saysWhyThereAreNoneAndTriesAgainAfterAPause() throws Exception {
        away = true;
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> find("a")).isInstanceOf(IOException.class).hasMessage("the issuer is away");
        }
        assertThat(asked).isEqualTo(1);

        away = false;
        document = "{}";
        time.advance(IssuerKeys.PAUSE);
        assertThatThrownBy(() -> find("a")).hasMessageContaining("is no JSON Web Key Set");
        show(Provider.rsa("a"));
        time.advance(IssuerKeys.PAUSE);
        assertThat(find("a")).hasSize(1);
        assertThat(told)
                .containsExactly(
                        "the issuer is away", "what the issuer shows as its keys is no JSON Web Key Set", "read");
    }

    @Test
    void believesNeitherSharedSecretsNorShortKeys() throws Exception {
        var secret = new OctetSequenceKey.Builder(new byte[64]).keyID("s").build();
        var bare = new RSAKeyGenerator(1024, true).keyID("short").generate();
        show(secret, bare, Provider.rsa("a"));

        assertThat(find("short")).isEmpty();
        assertThat(keys.find(
                        new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("s").build()))
                .isEmpty();
        assertThat(find("a"))
                .singleElement()
                .satisfies(key -> assertThat(key.isPrivate()).isFalse());
    }

    @Test
    void readsNoMoreThanItMustAndWaitsForNobody() throws Exception {
        try (var provider = Provider.start();
                var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var fetch = new JwksFetch(provider.url());
            provider.answer(200, "x".repeat(300 * 1024));
            assertThatThrownBy(fetch::read).isInstanceOf(IOException.class).hasMessageContaining("cannot be read from");
            provider.answer(302, "");
            assertThatThrownBy(fetch::read).hasMessageEndingWith("it answers with status 302");
            provider.answer(200, "fine");
            assertThat(fetch.read()).isEqualTo("fine");

            var nowhere = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/keys");
            assertThatThrownBy(() -> new JwksFetch(nowhere, Duration.ofSeconds(1)).read())
                    .hasMessage("the issuer's keys cannot be read from %s: no answer within 1 s".formatted(nowhere));
        }
    }

    private void show(JWK... all) {
        document = new JWKSet(List.of(all)).toString(false);
    }

    private List<JWK> find(String id) throws IOException {
        return keys.find(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id).build());
    }
}
