package io.pinstream.wire;

/// A payload that cannot be used. Never leaves the package: outside it is a value. Without a stack trace, because
/// a device that sends rubbish must not cost more than one that does not.
final class MalformedSenml extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    MalformedSenml(String reason) {
        super(reason, null, false, false);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
