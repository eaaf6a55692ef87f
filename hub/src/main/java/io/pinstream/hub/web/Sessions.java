package io.pinstream.hub.web;

import io.pinstream.time.TimeSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Sessions of pages, kept by the browser: a sealed cookie that holds the token, when the session began and when
/// it was last seen.
///
/// `<name>.<base64url of nonce and AES-256-GCM>`. The token inside is judged each time as if it came by itself.
/// So a session ends with its token, outlives a restart, and is good at every hub with the same configuration;
/// and whoever knows the key, but no token, can make none. The key comes of `web.session-key`, else of what the
/// configuration has of that name (a hash of the token, or the provider). A session that its owner ended is known
/// to this hub until it would have ended anyway. Safe for use by many threads.
final class Sessions {
    static final Duration IDLE = Duration.ofHours(12);
    static final Duration LONGEST = Duration.ofDays(7);

    /// A browser keeps 4096 bytes, of which base64 eats a quarter.
    static final int LONGEST_TOKEN = 2_900;

    /// After that a cookie is worth being renewed.
    private static final Duration RENEWED = Duration.ofMinutes(5);

    /// How far the clocks of two hubs may be apart.
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private static final String PROVIDER = "~";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int ID_BYTES = 16;
    private static final int LONGEST_COOKIE = 4_096;
    private static final int MOST_ENDED = 10_000;

    /// One session.
    ///
    /// @param id random, to know an ended one again
    record Session(String token, String id, Instant began, Instant seen) {
        /// Nothing of it: it holds a token.
        @Override
        public String toString() {
            return "Session[***]";
        }
    }

    /// What a cookie is worth, before the token in it is judged.
    sealed interface Opened {
        record Valid(Session session) implements Opened {}

        /// It was one, and timed out or was ended.
        record Ended() implements Opened {}

        /// It never was one, or its token is no longer in the configuration.
        record Unknown() implements Opened {}
    }

    private final AccessConfig config;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> ended = new LinkedHashMap<>(); // guarded by itself

    Sessions(AccessConfig config, TimeSource time) {
        this.config = config;
        this.time = time;
    }

    /// A new session for a token that is right.
    Session begin(String token) {
        var id = new byte[ID_BYTES];
        random.nextBytes(id);
        var now = time.instant();
        return new Session(token, HexFormat.of().formatHex(id), now, now);
    }

    /// The same session, seen now.
    Session seen(Session session) {
        return new Session(session.token(), session.id(), session.began(), time.instant());
    }

    boolean isWorthRenewing(Session session) {
        return Duration.between(session.seen(), time.instant()).compareTo(RENEWED) >= 0;
    }

    /// How long the browser may keep the cookie: no longer than it is good for.
    Duration left(Session session) {
        var now = time.instant();
        var idle = Duration.between(now, session.seen().plus(IDLE));
        var all = Duration.between(now, session.began().plus(LONGEST));
        return idle.compareTo(all) < 0 ? idle : all;
    }

    /// The cookie's text.
    String seal(Session session) {
        var name = Access.isJwt(session.token())
                ? PROVIDER
                : session.token().substring(0, session.token().indexOf('.'));
        var token = session.token().getBytes(StandardCharsets.UTF_8);
        var plain = ByteBuffer.allocate(2 * Long.BYTES + ID_BYTES + token.length)
                .putLong(session.began().toEpochMilli())
                .putLong(session.seen().toEpochMilli())
                .put(HexFormat.of().parseHex(session.id()))
                .put(token);
        var nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, name, nonce).doFinal(plain.array());
            var all =
                    ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed);
            return name + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(all.array());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has AES-GCM; this is a bug in the hub", missing);
        }
    }

    /// What a cookie's text is worth.
    Opened open(String cookie) {
        int dot = cookie.indexOf('.');
        if (dot < 0 || cookie.length() > LONGEST_COOKIE) {
            return new Opened.Unknown();
        }
        var name = cookie.substring(0, dot);
        try {
            var text = cookie.substring(dot + 1);
            var all = Base64.getUrlDecoder().decode(text);
            // Java's decoder ignores the bits that its last character has left over: one cookie would have many
            // spellings.
            boolean asSealed =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(all).equals(text);
            if (!asSealed || all.length < NONCE_BYTES || secret(name).isEmpty()) {
                return new Opened.Unknown();
            }
            var nonce = ByteBuffer.wrap(all, 0, NONCE_BYTES);
            var plain = ByteBuffer.wrap(cipher(Cipher.DECRYPT_MODE, name, bytes(nonce))
                    .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES));
            var began = Instant.ofEpochMilli(plain.getLong());
            var seen = Instant.ofEpochMilli(plain.getLong());
            var id = new byte[ID_BYTES];
            plain.get(id);
            var token = new String(bytes(plain), StandardCharsets.UTF_8);
            return judge(new Session(token, HexFormat.of().formatHex(id), began, seen));
        } catch (IllegalArgumentException | GeneralSecurityException wrong) {
            return new Opened.Unknown();
        }
    }

    private Opened judge(Session session) {
        var now = time.instant();
        boolean early = session.seen().isAfter(now.plus(AHEAD));
        boolean late = left(session).isNegative() || left(session).isZero();
        synchronized (ended) {
            return early || late || ended.containsKey(session.id()) ? new Opened.Ended() : new Opened.Valid(session);
        }
    }

    /// Ends a session before its time.
    void end(Session session) {
        var now = time.instant();
        synchronized (ended) {
            ended.values().removeIf(now::isAfter);
            if (ended.size() >= MOST_ENDED) {
                ended.remove(ended.keySet().iterator().next());
            }
            ended.put(session.id(), session.began().plus(LONGEST));
        }
    }

    private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret(name).orElseThrow().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var label = ("pinstream session 1 " + name).getBytes(StandardCharsets.UTF_8);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(mac.doFinal(label), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(label);
        return cipher;
    }

    /// What the key of a name comes of; empty if the configuration does not know that name.
    private Optional<String> secret(String name) {
        var derived = name.equals(PROVIDER)
                ? config.oidc().map(oidc -> oidc.provider().toString())
                : Optional.ofNullable(config.tokens().get(name))
                        .map(token -> token.hash().text());
        return derived.map(text -> config.sessionKey().map(key -> key.reveal()).orElse(text));
    }

    private static byte[] bytes(ByteBuffer from) {
        var bytes = new byte[from.remaining()];
        from.get(bytes);
        return bytes;
    }
}
