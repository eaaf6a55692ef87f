package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.io.IO;

/// Tells Pi4J of a new device, which also initialises it, and gives back what was opened for it if that fails.
final class Registered {
    /// What the device has opened. Closing does not fail.
    interface Opened extends AutoCloseable {
        @Override
        void close();
    }

    private Registered() {}

    static <T extends IO<?, ?, ?>> T in(Context context, T device, Opened opened) {
        boolean done = false;
        try {
            context.registry().add(device);
            done = true;
            return device;
        } finally {
            if (!done) {
                opened.close();
            }
        }
    }
}
