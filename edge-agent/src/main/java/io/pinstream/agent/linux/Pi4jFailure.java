package io.pinstream.agent.linux;

import com.pi4j.exception.Pi4JException;
import com.pi4j.io.exception.IOException;

/// Puts a failure into what Pi4J's methods may throw. The board looks for the original inside.
final class Pi4jFailure {
    private Pi4jFailure() {}

    static Pi4JException of(java.io.IOException failed) {
        return new IOException(failed.getMessage(), failed);
    }
}
