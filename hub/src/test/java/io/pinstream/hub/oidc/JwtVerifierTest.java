package io.pinstream.hub.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.pinstream.hub.oidc.JwtVerifier.Verdict;
import io.pinstream.time.ManualTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwtVerifierTest {
    private final ManualTime time = new ManualTime();
    private RSAKey rsa;
    private Provider provider;
    private JwtVerifier verifier;

    @BeforeEach
    void start() throws Exception {
        rsa = Provider.rsa("first");
        provider = Provider.start(rsa);
        verifier = new JwtVerifier(provider.config(), time, KeyWatch.NONE);
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    @Test
    void knowsWhomTheIssuerNames() throws Exception {
        // When
        var verdict = verifier.judge(token());

        // Then
        assertThat(verdict).isEqualTo(new Verdict.Valid("ann", List.of("plant-operators"), now().plusSeconds(360)));
    }

    @Test
    void takesEveryAlgorithmWithAPublicKey() throws Exception {
        // Given
        var ec = Provider.ec("second");
        provider.show(rsa, ec);

        // Then
        for (var algorithm : JwtVerifier.ALGORITHMS) {
            if (JWSAlgorithm.Family.RSA.contains(algorithm)) {
                assertThat(verifier.judge(Provider.signed(rsa, algorithm, right().build())))
                        .as(algorithm.getName())
                        .isInstanceOf(Verdict.Valid.class);
            }
        }
        assertThat(verifier.judge(Provider.signed(ec, JWSAlgorithm.ES256, right().build())))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void neverTakesNoneNorASharedSecretHoweverTheTokenAsksForIt() throws Exception {
        assertInvalid(Provider.unsigned(right().build()), "is no signed JSON Web Token");
        assertInvalid(
                Provider.signedWithThePublicKeyAsSecret(rsa, right().build()),
                "is signed by an algorithm that does not count here");
        var parts = token().split("\\.");
        assertInvalid(parts[0] + "." + parts[1] + ".", "is no signed JSON Web Token");
        assertInvalid(parts[0] + "." + parts[1] + ".AAAA", "has a wrong signature");
        assertInvalid(
                Provider.unsigned(right().build()).split("\\.")[0] + "." + parts[1] + "." + parts[2],
                "is no signed JSON Web Token");
    }

    @Test
    void takesNoKeyButTheIssuers() throws Exception {
        // Given somebody else's key, by the name of the issuer's, and by its own
        var foreign = Provider.rsa("first");
        var unknown = Provider.rsa("unknown");

        // Then
        assertInvalid(Provider.signed(foreign, JWSAlgorithm.RS256, right().build()), "has a wrong signature");
        assertInvalid(
                Provider.signed(unknown, JWSAlgorithm.RS256, right().build()),
                "is signed by a key that the issuer does not list");
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(foreign.toPublicJWK())
                .build();
        var own = new SignedJWT(header, right().build());
        own.sign(new RSASSASigner(foreign));
        assertInvalid(own.serialize(), "has a wrong signature");
    }

    @Test
    void takesNoClaimsButThoseForUsAndForNow() throws Exception {
        assertInvalid(signed(right().issuer("https://evil.example.org")), "is of another issuer");
        assertInvalid(signed(right().issuer(null)), "is of another issuer");
        assertInvalid(signed(right().audience("another")), "is for another audience");
        assertInvalid(signed(right().audience(List.of())), "is for another audience");
        assertInvalid(signed(right().expirationTime(null)), "says no time at which it ends (exp)");
        assertInvalid(signed(right().subject(null)), "names nobody of 1 to 256 characters (sub)");
        assertInvalid(signed(right().subject("x".repeat(257))), "names nobody of 1 to 256 characters (sub)");
        assertValid(signed(right().audience(List.of("another", "pinstream"))));
    }

    @Test
    void letsTheClocksBeAMinuteApart() throws Exception {
        var ends = signed(right().expirationTime(Date.from(now().plusSeconds(10))));
        var starts = signed(right().notBeforeTime(Date.from(now().plusSeconds(61))));

        assertInvalid(starts, "is not valid yet: compare the clocks of hub and issuer");
        time.advance(Duration.ofSeconds(1));
        assertValid(starts);
        time.advance(Duration.ofSeconds(68));
        assertValid(ends);
        time.advance(Duration.ofSeconds(1));
        assertInvalid(ends, "has ended");
    }

    @Test
    void refusesTokensOfAnotherType() throws Exception {
        assertValid(typed("at+jwt"));
        assertValid(typed("JWT"));
        assertInvalid(typed("logout+jwt"), "is of a type that is no access token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a.b.c", "eyJhbGciOiJSUzI1NiJ9..", "\u0000.\uffff.x"})
    void refusesWhatIsNoToken(String text) {
        assertThat(verifier.judge(text)).isInstanceOf(Verdict.Invalid.class);
        assertThat(provider.asked()).isLessThanOrEqualTo(1);
    }

    @Test
    void findsRolesWhereTheProviderPutsThem() throws Exception {
        var claims = right().claim("realm_access", Map.of("roles", List.of("a", "b")))
                .claim("scope", "c d")
                .claim("https://example.org/roles", List.of("e"));
        var token = signed(claims);

        assertThat(roles("realm_access.roles", token)).containsExactly("a", "b");
        assertThat(roles("scope", token)).containsExactly("c", "d");
        assertThat(roles("https://example.org/roles", token)).containsExactly("e");
        assertThat(roles("nowhere.at.all", token)).isEmpty();
        assertThat(roles("scope.deeper", token)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://login.example.org/keys", "https://u@h/keys", "file:///etc/keys", "/keys", "https:keys"})
    void wantsKeysFromWhereNobodyChangesThem(String url) {
        assertThatThrownBy(() -> new JwtVerifier.Config("i", List.of("a"), URI.create(url), "roles"))
                .hasMessageStartingWith("jwks-url must be https")
                .hasMessageEndingWith("but was \"" + url + "\"");
    }

    private List<String> roles(String claim, String token) {
        var config = new JwtVerifier.Config(Provider.ISSUER, List.of(Provider.AUDIENCE), provider.url(), claim);
        return ((Verdict.Valid) new JwtVerifier(config, time, KeyWatch.NONE).judge(token)).roles();
    }

    private String typed(String type) throws Exception {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("first")
                .type(new com.nimbusds.jose.JOSEObjectType(type))
                .build();
        var jwt = new SignedJWT(header, right().build());
        jwt.sign(new RSASSASigner(rsa));
        return jwt.serialize();
    }

    private String token() throws Exception {
        return signed(right());
    }

    private String signed(JWTClaimsSet.Builder claims) throws Exception {
        return Provider.signed(rsa, JWSAlgorithm.RS256, claims.build());
    }

    private JWTClaimsSet.Builder right() {
        return Provider.claims(now());
    }

    private Instant now() {
        return time.instant();
    }

    private void assertValid(String token) {
        assertThat(verifier.judge(token)).isInstanceOf(Verdict.Valid.class);
    }

    private void assertInvalid(String token, String why) {
        assertThat(verifier.judge(token)).isEqualTo(new Verdict.Invalid(why));
    }
}
