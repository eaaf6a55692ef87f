package io.pinstream.sim.mqtt;

import io.pinstream.wire.Envelope;

/// What a broker says to a client that only publishes and receives at QoS 0 and 1 (MQTT 5 section 3).
sealed interface Packet {
    /// The answer to a CONNECT (section 3.2).
    ///
    /// @param receiveMaximum how many publishes may be unacknowledged
    /// @param maximumSize the largest packet that the broker takes
    /// @param keepAlive in seconds, as the broker wants it; negative if it leaves that to the client
    /// @param reason what the broker adds in words; printable
    record Connack(int code, int receiveMaximum, long maximumSize, int keepAlive, String reason) implements Packet {}

    /// A message (section 3.3).
    ///
    /// @param id 0 at QoS 0
    record Publish(Envelope envelope, int id) implements Packet {}

    /// The answer to a publish at QoS 1 (section 3.4).
    record Puback(int code) implements Packet {}

    /// The answer to a SUBSCRIBE with one filter (section 3.9).
    record Suback(int code) implements Packet {}

    /// The answer to a PINGREQ (section 3.13).
    record Pingresp() implements Packet {}

    /// The broker hangs up (section 3.14).
    record Disconnect(int code, String reason) implements Packet {}
}
