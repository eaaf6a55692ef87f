package io.pinstream.hub.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges access tokens that an OpenID provider signed (RFC 7519, RFC 9068, RFC 8725).
///
/// Only signatures by a public key count, by the algorithms of [#ALGORITHMS]: never `none`, never a shared secret,
/// whatever the token says of itself. EdDSA needs a library beside this one and is not among them. Safe for use by
/// many threads.
public final class JwtVerifier {
    /// Whom to believe.
    ///
    /// @param issuer what the claim `iss` must be, to the letter
    /// @param audiences of which the claim `aud` must name one
    /// @param jwksUrl where the issuer's keys are; https, or http on loopback
    /// @param roleClaim the claim that names roles: a list, or words with spaces between them; dots lead into
    ///     objects, as in `realm_access.roles`
    public record Config(String issuer, List<String> audiences, URI jwksUrl, String roleClaim) {
        public static final List<String> AUDIENCES = List.of("pinstream");
        public static final String ROLE_CLAIM = "roles";

        public Config {
            audiences = List.copyOf(audiences);
            if (issuer.isBlank()) {
                throw new IllegalArgumentException("issuer must be the provider's own name, such as"
                        + " https://login.example.org/realms/plant, but was empty");
            }
            if (audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
                throw new IllegalArgumentException(
                        "audience must name whom the tokens are for, or tokens for others would do here");
            }
            if (roleClaim.isBlank()) {
                throw new IllegalArgumentException("role-claim must be the name of a claim such as roles");
            }
            requireSafe(jwksUrl);
        }

        private static void requireSafe(URI url) {
            var scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            var host = url.getHost();
            if (host == null
                    || url.getUserInfo() != null
                    || !Set.of("https", "http").contains(scheme)) {
                throw new IllegalArgumentException(
                        "jwks-url must be https://host/path without a user, but was \"%s\"".formatted(url));
            }
            if (scheme.equals("http") && !isLoopback(host)) {
                throw new IllegalArgumentException(
                        "jwks-url must be https, because whoever changes the keys on the way may sign for everybody,"
                                + " but was \"%s\"".formatted(url));
            }
        }

        private static boolean isLoopback(String host) {
            if (host.equals("localhost")) {
                return true;
            }
            try {
                return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
            } catch (IllegalArgumentException name) {
                return false;
            }
        }
    }

    /// What a token is worth.
    public sealed interface Verdict {
        /// @param name the subject, a text of the provider's: show it with care
        /// @param until when the token ends
        record Valid(String name, List<String> roles, Instant until) implements Verdict {}

        /// @param why a clause that goes on from "the token": `has ended`
        record Invalid(String why) implements Verdict {}

        /// Nobody can say, because the issuer's keys cannot be read.
        record Undecided(String why) implements Verdict {}
    }

    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");
    private static final Duration LEEWAY = Duration.ofSeconds(60);
    private static final int LONGEST_NAME = 256;

    private final Config config;
    private final IssuerKeys keys;
    private final TimeSource time;

    public JwtVerifier(Config config, TimeSource time, KeyWatch watch) {
        this(config, new IssuerKeys(new JwksFetch(config.jwksUrl()), time, watch), time);
    }

    JwtVerifier(Config config, IssuerKeys keys, TimeSource time) {
        this.config = config;
        this.keys = keys;
        this.time = time;
    }

    /// Judges a token. May wait some seconds for the issuer's keys.
    public Verdict judge(String token) {
        try {
            var jwt = SignedJWT.parse(token);
            var header = jwt.getHeader();
            if (!ALGORITHMS.contains(header.getAlgorithm())) {
                return new Verdict.Invalid("is signed by an algorithm that does not count here");
            }
            var type = header.getType();
            if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
                return new Verdict.Invalid("is of a type that is no access token");
            }
            var candidates = keys.find(header);
            if (candidates.isEmpty()) {
                return new Verdict.Invalid("is signed by a key that the issuer does not list");
            }
            for (var key : candidates) {
                if (fits(jwt, key)) {
                    return judge(jwt.getJWTClaimsSet());
                }
            }
            return new Verdict.Invalid("has a wrong signature");
        } catch (ParseException none) {
            return new Verdict.Invalid("is no signed JSON Web Token");
        } catch (IOException away) {
            return new Verdict.Undecided(String.valueOf(away.getMessage()));
        }
    }

    private static boolean fits(SignedJWT jwt, JWK key) {
        try {
            var verifier = new DefaultJWSVerifierFactory()
                    .createJWSVerifier(jwt.getHeader(), ((AsymmetricJWK) key).toPublicKey());
            return jwt.verify(verifier);
        } catch (JOSEException notOfThisKind) { // such as another curve
            return false;
        }
    }

    private Verdict judge(JWTClaimsSet claims) throws ParseException {
        var now = time.instant();
        var ends = claims.getExpirationTime();
        var starts = claims.getNotBeforeTime();
        var name = claims.getSubject();
        if (!config.issuer().equals(claims.getIssuer())) {
            return new Verdict.Invalid("is of another issuer");
        }
        if (claims.getAudience().stream().noneMatch(config.audiences()::contains)) {
            return new Verdict.Invalid("is for another audience");
        }
        if (ends == null) {
            return new Verdict.Invalid("says no time at which it ends (exp)");
        }
        if (!now.isBefore(ends.toInstant().plus(LEEWAY))) {
            return new Verdict.Invalid("has ended");
        }
        if (starts != null && now.isBefore(starts.toInstant().minus(LEEWAY))) {
            return new Verdict.Invalid("is not valid yet: compare the clocks of hub and issuer");
        }
        if (name == null || name.isBlank() || name.length() > LONGEST_NAME) {
            return new Verdict.Invalid("names nobody of 1 to %d characters (sub)".formatted(LONGEST_NAME));
        }
        return new Verdict.Valid(name, roles(claims), ends.toInstant().plus(LEEWAY));
    }

    private List<String> roles(JWTClaimsSet claims) {
        return switch (claim(claims.getClaims())) {
            case String words -> List.of(words.strip().split(" +", -1));
            case List<?> many -> {
                var roles = new ArrayList<String>();
                many.forEach(role -> roles.add(String.valueOf(role)));
                yield List.copyOf(roles);
            }
            case null, default -> List.of();
        };
    }

    /// By its whole name first: some providers use names with dots, such as URLs.
    private @Nullable Object claim(Map<String, Object> claims) {
        var whole = claims.get(config.roleClaim());
        if (whole != null) {
            return whole;
        }
        @Nullable Object at = claims;
        for (var step : config.roleClaim().split("\\.", -1)) {
            at = at instanceof Map<?, ?> object ? object.get(step) : null;
        }
        return at;
    }
}
