package io.pinstream.agent.outbox;

import io.pinstream.wire.Payload;

/// Events of this device, encoded as one pack.
///
/// @param events how many events the payload holds, at least 1
/// @param edges whether any of them is an edge: those are dropped last, and are flushed to the disk at once
public record Packed(Payload payload, int events, boolean edges) {
    public Packed {
        if (events < 1) {
            throw new IllegalArgumentException("a pack holds at least 1 event, but has " + events);
        }
    }
}
