/// How fast the line is, measured as separate processes: broker, Kafka, hub and a load generator, and beside them a
/// naive loop without any guarantee.
@NullMarked
package io.pinstream.sim.bench;

import org.jspecify.annotations.NullMarked;
