package io.pinstream.hub.web;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A bearer token as it stands in the configuration: salted, and only to be compared with.
///
/// `pbkdf2-sha256:<rounds>:<salt>:<hash>`, base64url (RFC 8018). The tokens have 256 random bits, so that rounds
/// add little to their safety; they are for those who write tokens of their own.
public final class TokenHash {
    private static final Pattern FORM =
            Pattern.compile("pbkdf2-sha256:(\\d{1,7}):([A-Za-z0-9_-]{16,86}):([A-Za-z0-9_-]{43})");
    private static final int ROUNDS = 10_000;
    private static final int MOST_ROUNDS = 1_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private TokenHash(int rounds, byte[] salt, byte[] hash) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /// The hash of a new token.
    public static TokenHash of(String token, SecureRandom random) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new TokenHash(ROUNDS, salt, hash(token, salt, ROUNDS));
    }

    /// Reads what [#text] wrote.
    public static TokenHash parse(String text) {
        var match = FORM.matcher(text);
        int rounds = match.matches() ? Integer.parseInt(match.group(1)) : 0;
        if (rounds < 1 || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException(
                    "must be pbkdf2-sha256:<rounds>:<salt>:<hash>, as pinstream-hub token prints it");
        }
        return new TokenHash(
                rounds,
                Base64.getUrlDecoder().decode(match.group(2)),
                Base64.getUrlDecoder().decode(match.group(3)));
    }

    /// What stands in the configuration.
    public String text() {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        return "pbkdf2-sha256:%d:%s:%s".formatted(rounds, base64.encodeToString(salt), base64.encodeToString(hash));
    }

    /// Whether it is of that token. Takes the same time either way.
    boolean fits(String token) {
        return MessageDigest.isEqual(hash, hash(token, salt, rounds));
    }

    private static byte[] hash(String token, byte[] salt, int rounds) {
        var key = new PBEKeySpec(token.toCharArray(), salt, rounds, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java has PBKDF2; this is a bug in the hub", missing);
        } finally {
            key.clearPassword();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenHash one
                && one.rounds == rounds
                && Arrays.equals(one.salt, salt)
                && Arrays.equals(one.hash, hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    /// Nothing of it: nobody needs it to tell tokens apart.
    @Override
    public String toString() {
        return "***";
    }
}
