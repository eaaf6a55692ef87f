package io.pinstream.agent.driver;

import io.pinstream.agent.board.NoAnswer;
import io.pinstream.event.Quality;
import java.io.IOException;

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

    /// A chip that a transfer did not reach. Why is left out where it is only that nobody acknowledged.
    ///
    /// @param chip its name
    /// @param where its place in words
    /// @param remedy what to look at
    static ReadFailed unanswered(String chip, String where, IOException unreachable, String remedy) {
        var why = unreachable instanceof NoAnswer ? "" : " (%s)".formatted(unreachable.getMessage());
        return new ReadFailed(
                Quality.Flaw.NO_ANSWER,
                "%s at %s does not answer%s: %s".formatted(chip, where, why, remedy),
                unreachable);
    }

    public Quality.Flaw flaw() {
        return flaw;
    }
}
