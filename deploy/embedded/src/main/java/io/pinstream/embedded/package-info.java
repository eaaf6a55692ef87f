/// An MQTT broker and a Kafka node inside this process: for the demo, for tests, and for a single machine.
@NullMarked
package io.pinstream.embedded;

import org.jspecify.annotations.NullMarked;
