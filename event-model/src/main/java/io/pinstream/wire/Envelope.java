package io.pinstream.wire;

import java.util.Map;
import java.util.Optional;

/// An MQTT 5 PUBLISH without its client library. The payload is shared, not copied: nobody writes to it.
///
/// @param contentType the content type property (MQTT 5 section 3.3.2.3.9), if there is one
/// @param properties user properties by name; a name that comes twice keeps its first value
public record Envelope(String topic, Optional<String> contentType, Map<String, String> properties, byte[] payload) {}
