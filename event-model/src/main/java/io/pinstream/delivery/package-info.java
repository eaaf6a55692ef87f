/// Exactly once from pin to topic, over any MQTT broker: the two halves of the protocol as pure state machines.
///
/// No I/O, no clock, no threads in here, so that a simulation can run them through a thousand bad worlds in
/// seconds.
@NullMarked
package io.pinstream.delivery;

import org.jspecify.annotations.NullMarked;
