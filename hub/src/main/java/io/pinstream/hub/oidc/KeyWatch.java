package io.pinstream.hub.oidc;

/// Hears whether the issuer's keys can be read, each time they are asked for. Called by any thread.
public interface KeyWatch {
    KeyWatch NONE = new KeyWatch() {};

    default void keysRead() {}

    /// @param reason which address, and why
    default void keysUnreadable(String reason) {}
}
