package io.pinstream.agent.actuator;

import java.io.IOException;

/// Something that the device drives, opened. For one thread; closing is idempotent and never throws.
interface Actuator extends AutoCloseable {
    /// Drives it.
    ///
    /// @param percent 0 to 100, and nothing between for what is only on or off
    void set(int percent) throws IOException;

    @Override
    void close();
}
