package io.pinstream.agent.board;

import java.io.IOException;

/// One channel of pulses.
public interface PwmOutput extends AutoCloseable {
    /// Sets how much of the time it is high.
    ///
    /// @param percent 0 to 100, in whole steps, which is what Pi4J knows
    void set(int percent) throws IOException;

    /// The same at another frequency: both together are how long a pulse is.
    void set(int percent, int hertz) throws IOException;

    @Override
    void close();
}
