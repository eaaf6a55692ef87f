package io.pinstream.hub.web;

import io.pinstream.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who somebody is, by a bearer token (RFC 6750): `<name>.<43 random characters>`.
///
/// Somebody who fails ten times within a minute from one address is not listened to for the rest of it; whoever
/// has a token that was right before is, because many may share an address. Safe for use by many threads.
final class Access {
    /// What became of a try.
    sealed interface Answer {
        record Granted(String name, Role role) implements Answer {}

        record Refused() implements Answer {}

        record TooMany(Duration left) implements Answer {}
    }

    private static final int TRIES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;
    private static final int MOST_REMEMBERED = 1_000;
    private static final int LONGEST = 256;
    private static final int RANDOM_BYTES = 32;

    private static final class Failures {
        final long since;
        int count;

        Failures(long since) {
            this.since = since;
        }
    }

    private final Map<String, WebServer.Token> tokens;
    private final TimeSource time;
    private final TokenHash nobody = TokenHash.of("nobody", new SecureRandom());
    private final Map<String, Answer.Granted> right = new ConcurrentHashMap<>(); // by digest: no token is kept
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    Access(Map<String, WebServer.Token> tokens, TimeSource time) {
        this.tokens = Map.copyOf(tokens);
        this.time = time;
    }

    /// A new token for a name.
    static String make(String name, SecureRandom random) {
        var bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Whether anybody may do anything.
    boolean isOpen() {
        return tokens.isEmpty();
    }

    /// Judges a token.
    ///
    /// @param address where it came from
    Answer check(String token, String address) {
        if (token.length() > LONGEST) {
            return fail(address);
        }
        var digest = digest(token);
        var known = right.get(digest);
        if (known != null) {
            return known;
        }
        var wait = wait(address);
        if (wait.isPresent()) {
            return new Answer.TooMany(wait.get());
        }
        var name = token.substring(0, Math.max(0, token.indexOf('.')));
        var asked = tokens.get(name);
        // A name that nobody has takes as long as one that somebody has.
        boolean fits = (asked == null ? nobody : asked.hash()).fits(token);
        if (asked == null || !fits) {
            return fail(address);
        }
        var granted = new Answer.Granted(name, asked.role());
        if (right.size() < MOST_REMEMBERED) {
            right.put(digest, granted);
        }
        return granted;
    }

    private Optional<Duration> wait(String address) {
        synchronized (failures) {
            var there = current(address);
            return there == null || there.count < TRIES
                    ? Optional.empty()
                    : Optional.of(WINDOW.minusNanos(time.nanos() - there.since));
        }
    }

    private Answer fail(String address) {
        synchronized (failures) {
            var there = current(address);
            if (there == null) {
                if (failures.size() >= MOST_ADDRESSES) {
                    failures.remove(failures.keySet().iterator().next());
                }
                there = new Failures(time.nanos());
                failures.put(address, there);
            }
            there.count++;
        }
        return new Answer.Refused();
    }

    private @Nullable Failures current(String address) {
        var there = failures.get(address);
        if (there != null && time.nanos() - there.since >= WINDOW.toNanos()) {
            failures.remove(address);
            return null;
        }
        return there;
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
