/// Thousands of devices over real MQTT from one process, each with its own connection and the real delivery
/// protocol.
@NullMarked
package io.pinstream.sim.fleet;

import org.jspecify.annotations.NullMarked;
