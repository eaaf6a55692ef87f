/// What travels between agent and hub: messages, their MQTT 5 envelope, and events as SenML (RFC 8428).
///
/// Nothing here knows an MQTT library: an [io.pinstream.wire.Envelope] is what any of them sends and receives.
@NullMarked
package io.pinstream.wire;

import org.jspecify.annotations.NullMarked;
