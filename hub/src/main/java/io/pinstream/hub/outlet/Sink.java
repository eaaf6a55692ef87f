package io.pinstream.hub.outlet;

import io.pinstream.hub.log.CloudEvent;
import java.io.IOException;
import java.util.List;

/// A connection to where events go. For one thread at a time, but for [#send], which is called by as many as
/// [Limits#calls] says. It may block them, but for no longer than about 30 seconds: while it blocks, the outlet
/// neither pauses nor ends. Interrupted, it gives up.
public interface Sink extends AutoCloseable {
    /// What one call of [#send] may hold. An event that is too large alone goes to the dead letters.
    ///
    /// @param events at least 1
    /// @param bytes as [#size] counts
    /// @param onePerDevice whether a call may hold only one event of each device. Say yes where entries of one
    ///     call fail each for itself, or may overtake one another: then a device's next event leaves when the one
    ///     before it has arrived.
    /// @param calls how many may be under way at once; no two of them hold events of the same device
    record Limits(int events, int bytes, boolean onePerDevice, int calls) {
        public Limits {
            if (events < 1 || bytes < 1 || calls < 1) {
                throw new IllegalArgumentException(
                        "limits must be at least 1 event, 1 byte and 1 call, but were %d, %d and %d"
                                .formatted(events, bytes, calls));
            }
        }

        /// For a sink that takes one call at a time.
        public Limits(int events, int bytes, boolean onePerDevice) {
            this(events, bytes, onePerDevice, 1);
        }
    }

    Limits limits();

    /// What an event counts in a call.
    default int size(CloudEvent event) {
        return event.size();
    }

    /// Sends events, and returns when it is known what became of each. One that did not arrive must hold back the
    /// later ones of its device: they are [Outcome.Again], too.
    ///
    /// @return one outcome for each event, in the same order
    /// @throws IOException if the connection is of no more use: it is closed, another one is opened, and all of
    ///     these are sent again
    List<Outcome> send(List<CloudEvent> events) throws IOException, InterruptedException;

    @Override
    void close();
}
