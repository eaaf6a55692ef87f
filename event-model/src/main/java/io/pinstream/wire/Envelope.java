package io.pinstream.wire;

import java.util.Map;
import java.util.Optional;

/// An MQTT 5 PUBLISH without its client library. The payload is shared, not copied: nobody writes to it.
///
/// @param contentType the content type property (MQTT 5 section 3.3.2.3.9), if there is one
/// @param properties user properties by name; a name that comes twice keeps its first value
/// @param exchange what makes it a request or the response to one
public record Envelope(
        String topic, Optional<String> contentType, Map<String, String> properties, byte[] payload, Exchange exchange) {
    /// One that is neither a request nor a response.
    public Envelope(String topic, Optional<String> contentType, Map<String, String> properties, byte[] payload) {
        this(topic, contentType, properties, payload, Exchange.NONE);
    }
}
