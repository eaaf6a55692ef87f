package io.pinstream.hub.ingest;

/// A foreign message that cannot become an event, and why. Never leaves this package: it becomes a dead letter.
final class UnusableMessage extends Exception {
    private static final long serialVersionUID = 1;

    UnusableMessage(String reason) {
        super(reason, null, false, false); // Tuesday, not a bug: no stack trace
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
