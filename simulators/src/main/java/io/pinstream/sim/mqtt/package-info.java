/// Just enough of MQTT 5, written by hand where a client library costs more than what is simulated.
@NullMarked
package io.pinstream.sim.mqtt;

import org.jspecify.annotations.NullMarked;
