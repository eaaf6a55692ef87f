package io.pinstream.hub.ingest;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import java.time.Instant;

/// What becomes of a message of a device that does not speak Pinstream's protocol.
public sealed interface ForeignRecord {
    /// An event. It may come twice: at least once is all that plain MQTT gives.
    record Measured(DeviceId device, Event event) implements ForeignRecord {}

    /// What cannot be used, as it came.
    record Refused(String topic, String reason, Instant arrived, byte[] payload) implements ForeignRecord {}
}
