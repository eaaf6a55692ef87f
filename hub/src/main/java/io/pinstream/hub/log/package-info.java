/// The only door to Kafka: the durable log behind every lane, its topics, and its readers.
@NullMarked
package io.pinstream.hub.log;

import org.jspecify.annotations.NullMarked;
