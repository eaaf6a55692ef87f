package io.pinstream.hub.live;

import java.util.Locale;

/// What happens when a client takes events more slowly than they come.
public enum Policy {
    /// The oldest events go, and the client is told how many.
    DROP_OLDEST,
    /// Only the newest event of each sensor and type waits, and the client is told how many went.
    CONFLATE,
    /// The stream ends when what waits has been taken; the client resumes with its position, and nothing is lost.
    DISCONNECT;

    /// Reads `drop-oldest`, `conflate` or `disconnect`.
    public static Policy parse(String text) {
        for (var policy : values()) {
            if (policy.toString().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("policy must be drop-oldest, conflate or disconnect");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
