package io.pinstream.hub.web;

/// What somebody may do; each role may do what those before it may.
public enum Role {
    /// Look at everything.
    VIEWER,
    /// Give devices commands, too.
    OPERATOR,
    /// Everything.
    ADMIN;

    boolean may(Role needed) {
        return compareTo(needed) >= 0;
    }
}
