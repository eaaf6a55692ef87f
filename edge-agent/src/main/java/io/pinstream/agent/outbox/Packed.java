package io.pinstream.agent.outbox;

import io.pinstream.event.SensorId;
import io.pinstream.wire.Payload;
import java.time.Instant;
import java.util.Set;

/// Events of this device, encoded as one pack, and what must be known of them should they have to be dropped.
///
/// @param events how many events the payload holds, at least 1
/// @param edges whether any of them is an edge: those are dropped last, and are flushed to the disk at once
public record Packed(Payload payload, int events, boolean edges, Set<SensorId> sensors, Instant first, Instant last) {
    public Packed {
        sensors = Set.copyOf(sensors);
        if (events < 1) {
            throw new IllegalArgumentException("a pack holds at least 1 event, but has " + events);
        }
    }
}
