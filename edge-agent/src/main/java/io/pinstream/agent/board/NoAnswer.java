package io.pinstream.agent.board;

import java.io.IOException;

/// A chip that does not acknowledge its address: nobody is there, or it has no power. Thrown by a board; a Pi4J
/// provider makes one the cause of its own exception, so that the board can tell this failure from the others.
public final class NoAnswer extends IOException {
    private static final long serialVersionUID = 1;

    public NoAnswer(String message) {
        super(message);
    }

    public NoAnswer(String message, Throwable cause) {
        super(message, cause);
    }
}
