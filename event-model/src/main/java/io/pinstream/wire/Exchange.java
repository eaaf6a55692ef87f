package io.pinstream.wire;

import java.util.Optional;
import java.util.OptionalLong;

/// The properties of MQTT 5 by which a request finds its response (section 4.10) and does not outlive its use.
///
/// @param replyTo the response topic of a request
/// @param id the correlation data of both, if it is of a length that we take
/// @param expirySeconds the message expiry interval; a broker takes off what it has waited
public record Exchange(Optional<String> replyTo, Optional<CommandId> id, OptionalLong expirySeconds) {
    /// Neither request nor response.
    public static final Exchange NONE = new Exchange(Optional.empty(), Optional.empty(), OptionalLong.empty());

    static Exchange request(String replyTo, CommandId id, long expirySeconds) {
        return new Exchange(Optional.of(replyTo), Optional.of(id), OptionalLong.of(expirySeconds));
    }

    static Exchange response(CommandId id) {
        return new Exchange(Optional.empty(), Optional.of(id), OptionalLong.empty());
    }
}
