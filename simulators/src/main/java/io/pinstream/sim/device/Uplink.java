package io.pinstream.sim.device;

/// The way from a board to its broker, which somebody may cut. Safe for use by many threads.
public interface Uplink {
    /// Ends every connection, and lets no new one through.
    void down();

    void up();

    boolean isUp();
}
