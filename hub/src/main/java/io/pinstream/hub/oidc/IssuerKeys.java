package io.pinstream.hub.oidc;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The issuer's public keys (RFC 7517): read when the first token comes, kept, and read again after an hour or for
/// a key that is not among them.
///
/// Keys that were read once go on when the issuer does not answer. However many tokens with unknown keys come, the
/// issuer is asked at most every [#PAUSE]. Only one thread asks; the others go on with what there is, or wait for
/// it if there is nothing yet. Safe for use by many threads.
final class IssuerKeys {
    /// Where the keys come from.
    interface Source {
        /// The document as it is now.
        ///
        /// @throws IOException if it cannot be read; the message says which and why
        String read() throws IOException;
    }

    static final Duration FRESH = Duration.ofHours(1);
    static final Duration PAUSE = Duration.ofSeconds(15);

    /// RFC 7518, section 3.3.
    private static final int LEAST_RSA_BITS = 2048;

    private final Source source;
    private final TimeSource time;
    private final KeyWatch watch;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable JWKSet keys;
    private long read; // guarded by asking, as the next two
    private long asked;
    private @Nullable String failure;

    IssuerKeys(Source source, TimeSource time, KeyWatch watch) {
        this.source = source;
        this.time = time;
        this.watch = watch;
    }

    /// The keys that may have signed a token with this header; none if the issuer lists none.
    ///
    /// @throws IOException if no keys were ever read
    List<JWK> find(JWSHeader header) throws IOException {
        refresh(false);
        var found = select(header);
        if (found.isEmpty()) {
            refresh(true);
            found = select(header);
        }
        return found;
    }

    private List<JWK> select(JWSHeader header) {
        var known = keys;
        return known == null ? List.of() : new JWKSelector(JWKMatcher.forJWSHeader(header)).select(known);
    }

    /// Asks the issuer, if it is time to.
    ///
    /// @param missed whether a key is missing
    private void refresh(boolean missed) throws IOException {
        if (keys != null && !asking.tryLock()) {
            return; // somebody asks already
        }
        if (!asking.isHeldByCurrentThread()) {
            asking.lock();
        }
        try {
            boolean stale = keys == null || missed || time.nanos() - read >= FRESH.toNanos();
            boolean early = (keys != null || failure != null) && time.nanos() - asked < PAUSE.toNanos();
            if (stale && !early) {
                ask();
            }
            if (keys == null) {
                throw new IOException(failure);
            }
        } finally {
            asking.unlock();
        }
    }

    private void ask() {
        try {
            keys = usable(JWKSet.parse(source.read()));
            read = time.nanos();
            failure = null;
        } catch (IOException away) {
            failure = String.valueOf(away.getMessage());
        } catch (ParseException bad) {
            failure = "what the issuer shows as its keys is no JSON Web Key Set";
        }
        asked = time.nanos();
        if (failure == null) {
            watch.keysRead();
        } else {
            watch.keysUnreadable(failure);
        }
    }

    /// Without what could never be believed: shared secrets, and RSA keys that are too short.
    private static JWKSet usable(JWKSet all) {
        return new JWKSet(all.getKeys().stream()
                .filter(key -> key instanceof ECKey || key instanceof RSAKey && key.size() >= LEAST_RSA_BITS)
                .map(JWK::toPublicJWK)
                .toList());
    }
}
