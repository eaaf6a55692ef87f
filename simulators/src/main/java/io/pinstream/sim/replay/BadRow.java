package io.pinstream.sim.replay;

/// A row that cannot be used, and why; never leaves this package.
final class BadRow extends Exception {
    private static final long serialVersionUID = 1;

    BadRow(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
