package io.pinstream.hub.ingest;

import io.pinstream.wire.Envelope;

/// Where messages for lanes go.
@FunctionalInterface
public interface LaneDelivery {
    /// Offers a message without waiting. Called by threads of the MQTT library.
    ///
    /// @return whether it was taken; a lane that is full has counted it as shed
    boolean offer(int lane, Envelope envelope);
}
