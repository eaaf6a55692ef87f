package io.pinstream.agent.driver;

import io.pinstream.event.Quality;

/// A reading that could not be had. Checked, because forgetting it must not compile: no driver ever invents a
/// value.
public final class ReadFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Quality.Flaw flaw;

    /// @param message what failed, the value, the range and the remedy; at most 256 characters reach the event
    public ReadFailed(Quality.Flaw flaw, String message) {
        super(message);
        this.flaw = flaw;
    }

    public ReadFailed(Quality.Flaw flaw, String message, Throwable cause) {
        super(message, cause);
        this.flaw = flaw;
    }

    public Quality.Flaw flaw() {
        return flaw;
    }
}
