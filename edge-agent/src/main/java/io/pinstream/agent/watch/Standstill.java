package io.pinstream.agent.watch;

import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// How long something has waited in the outbox without the hub having committed anything. Safe for use by many
/// threads.
public final class Standstill implements AgentWatch {
    private final TimeSource time;
    private long since;

    public Standstill(TimeSource time) {
        this.time = time;
        this.since = time.nanos();
    }

    /// Something comes to an outbox where nothing waited.
    public synchronized void began() {
        since = time.nanos();
    }

    @Override
    public synchronized void acknowledged(long row, Duration roundTrip) {
        since = time.nanos();
    }

    /// @param waiting whether anything waits now
    public double seconds(BooleanSupplier waiting) {
        if (!waiting.getAsBoolean()) {
            return 0;
        }
        synchronized (this) {
            return (time.nanos() - since) / 1e9;
        }
    }
}
