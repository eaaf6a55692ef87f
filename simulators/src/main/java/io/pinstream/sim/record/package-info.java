/// Committed events from Kafka into a file.
@NullMarked
package io.pinstream.sim.record;

import org.jspecify.annotations.NullMarked;
