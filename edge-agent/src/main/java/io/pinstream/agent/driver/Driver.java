package io.pinstream.agent.driver;

import io.pinstream.event.Measurement;
import java.time.Duration;
import java.util.List;

/// One sensor, opened. Closing it is idempotent and never throws.
public sealed interface Driver extends AutoCloseable {
    @Override
    void close();

    /// A sensor that is asked, by the one thread that paces it.
    non-sealed interface Polled extends Driver {
        /// Takes one reading; every wait in it has a deadline.
        Reading read() throws ReadFailed, InterruptedException;
    }

    /// A line that speaks by interrupt, and is never polled.
    non-sealed interface EdgeDriven extends Driver {
        /// Starts listening. The state at the start is the first thing that the listener hears.
        void listen(EdgeListener listener) throws ReadFailed;

        /// Looks whether the line is still there. To be called now and then: a GPIO chip that goes away tells no
        /// listener, and a line that is gone must not pass for one that is quiet.
        default void check() throws ReadFailed {}

        /// How long the line may be quiet before [#check] is due, for a driver that has something to say although
        /// no edge comes, such as that a press has become long.
        ///
        /// @param usual for one that has not
        default Duration checkWithin(Duration usual) {
            return usual;
        }
    }

    /// Hears edges, on a thread of the board's: it must hand over and return.
    @FunctionalInterface
    interface EdgeListener {
        /// @param measurements the line's state behind the edge
        /// @param monotonicNanos when, by the monotonic clock of [io.pinstream.time.TimeSource#nanos]:
        ///     the kernel's time stamp where there is one
        /// @param missed whether edges between this one and the one before were missed
        void edge(List<Measurement> measurements, long monotonicNanos, boolean missed);
    }
}
