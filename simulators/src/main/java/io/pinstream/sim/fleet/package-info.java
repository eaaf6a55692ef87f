/// Many devices over real MQTT from one process, by the real delivery protocol.
@NullMarked
package io.pinstream.sim.fleet;

import org.jspecify.annotations.NullMarked;
