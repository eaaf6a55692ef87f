/// Recorded data as what simulated chips show: files of columns, or of events as they stand in Kafka.
@NullMarked
package io.pinstream.sim.replay;

import org.jspecify.annotations.NullMarked;
