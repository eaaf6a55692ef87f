package io.pinstream.hub.web;

import io.pinstream.hub.oidc.JwtVerifier;
import io.pinstream.hub.oidc.JwtVerifier.Verdict;
import io.pinstream.hub.oidc.KeyWatch;
import io.pinstream.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who somebody is, by a bearer token (RFC 6750): one that stands in the configuration, `<name>.<43 random
/// characters>`, or a JSON Web Token of an OpenID provider.
///
/// Somebody who fails too often from one address is not listened to for a while (see [Failures]); whoever has a
/// token that was right before is, because many may share an address. Safe for use by many threads.
final class Access {
    /// What became of a try.
    sealed interface Answer {
        /// @param name of a provider's user, any text: show it with care
        record Granted(String name, Role role) implements Answer {}

        /// @param why a whole clause: `the token has ended`
        record Refused(String why) implements Answer {}

        /// Not looked at.
        record TooMany(Duration left) implements Answer {}

        /// Nobody can say, because the provider does not answer.
        record Undecided(String why) implements Answer {}
    }

    private static final int MOST_REMEMBERED = 1_000;
    private static final int LONGEST = 256;
    private static final int LONGEST_JWT = 8 * 1024;
    private static final int RANDOM_BYTES = 32;
    private static final String UNKNOWN = "the hub does not know this token";

    private final Map<String, WebServer.Token> tokens;
    private final Optional<JwtVerifier> verifier;
    private final Map<Role, List<String>> providerRoles;
    private final Failures failures;
    private final TokenHash nobody = TokenHash.of("nobody", new SecureRandom());
    /// By digest, so that no token is kept: who was right. A provider's token is judged each time nevertheless.
    private final Map<String, Answer.Granted> right = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    Access(Map<String, WebServer.Token> tokens, TimeSource time) {
        this(AccessConfig.of(tokens), time, KeyWatch.NONE);
    }

    Access(AccessConfig config, TimeSource time, KeyWatch watch) {
        this.tokens = config.tokens();
        this.verifier = config.oidc().map(oidc -> new JwtVerifier(oidc.provider(), time, watch));
        this.providerRoles = config.oidc().map(AccessConfig.Oidc::roles).orElse(Map.of());
        this.failures = new Failures(time);
    }

    /// A new token for a name.
    static String make(String name, SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Whether anybody may do anything.
    boolean isOpen() {
        return tokens.isEmpty() && verifier.isEmpty();
    }

    /// Whether a token is, by its form, one of a provider: three parts with dots between them.
    static boolean isJwt(String token) {
        return token.chars().filter(c -> c == '.').count() == 2;
    }

    /// Judges a token. May wait some seconds for a provider.
    ///
    /// @param address where it came from
    Answer check(String token, String address) {
        boolean jwt = verifier.isPresent() && isJwt(token);
        if (token.length() > (jwt ? LONGEST_JWT : LONGEST)) {
            return failed(address, UNKNOWN);
        }
        var digest = digest(token);
        var known = known(digest);
        if (known.isPresent() && !jwt) {
            return known.get();
        }
        var wait = failures.left(address);
        if (wait.isPresent() && known.isEmpty()) {
            return new Answer.TooMany(wait.get());
        }
        var answer = jwt ? byProvider(verifier.orElseThrow(), token) : byHash(token);
        if (answer instanceof Answer.Granted granted) {
            remember(digest, granted);
        } else if (answer instanceof Answer.Refused) {
            failures.add(address);
        }
        return answer;
    }

    /// Counts a failure that was no token at all.
    Answer failed(String address, String why) {
        failures.add(address);
        return new Answer.Refused(why);
    }

    /// How long nobody listens to that address.
    Optional<Duration> left(String address) {
        return failures.left(address);
    }

    private Answer byHash(String token) {
        var name = token.substring(0, Math.max(0, token.indexOf('.')));
        var asked = tokens.get(name);
        // A name that nobody has takes as long as one that somebody has.
        boolean fits = (asked == null ? nobody : asked.hash()).fits(token);
        return asked != null && fits ? new Answer.Granted(name, asked.role()) : new Answer.Refused(UNKNOWN);
    }

    private Answer byProvider(JwtVerifier judge, String token) {
        return switch (judge.judge(token)) {
            case Verdict.Valid(var name, var roles, var _) ->
                Arrays.stream(Role.values())
                        .filter(role -> providerRoles.getOrDefault(role, List.of()).stream()
                                .anyMatch(roles::contains))
                        .max(Role::compareTo)
                        .<Answer>map(role -> new Answer.Granted(name, role))
                        .orElseGet(() -> new Answer.Refused("the token gives none of the roles in web.oidc.roles"));
            case Verdict.Invalid(var why) -> new Answer.Refused("the token " + why);
            case Verdict.Undecided(var why) -> new Answer.Undecided(why);
        };
    }

    private Optional<Answer.Granted> known(String digest) {
        synchronized (right) {
            return Optional.ofNullable(right.get(digest));
        }
    }

    private void remember(String digest, Answer.Granted granted) {
        synchronized (right) {
            right.put(digest, granted);
            if (right.size() > MOST_REMEMBERED) {
                right.remove(right.keySet().iterator().next());
            }
        }
    }

    private static String digest(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256; this is a bug in the hub", missing);
        }
    }
}
