package io.pinstream.hub.log;

import java.time.Instant;

/// What arrived and could not be used: the bytes as they came, why, whence and when.
///
/// @param reason printable, names what is wrong with its value
/// @param topic the MQTT topic that it came by
public record DeadLetter(String reason, String topic, Instant arrived, byte[] payload) {}
