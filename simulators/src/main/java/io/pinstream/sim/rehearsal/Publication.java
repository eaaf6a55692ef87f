package io.pinstream.sim.rehearsal;

import io.pinstream.wire.Envelope;
import java.time.Duration;
import java.util.HexFormat;
import java.util.TreeMap;

/// A message that a device has handed to its MQTT client.
///
/// @param at how long after the start, by the simulated clock
/// @param will whether it is the last will of a connection, which the client only keeps for the broker
public record Publication(Duration at, boolean will, boolean retained, Envelope envelope) {
    /// All of it on one line: time in microseconds, what it is, topic, content type, user properties by name, and
    /// the payload in hexadecimal digits.
    public String line() {
        return "%d %s %s %s %s %s %s"
                .formatted(
                        at.toNanos() / 1_000,
                        will ? "will" : "publish",
                        retained ? "retained" : "-",
                        envelope.topic(),
                        envelope.contentType().orElse("-"),
                        new TreeMap<>(envelope.properties()),
                        HexFormat.of().formatHex(envelope.payload()));
    }
}
