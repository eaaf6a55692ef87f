/// The only door to the MQTT client of the hub.
@NullMarked
package io.pinstream.hub.ingest;

import org.jspecify.annotations.NullMarked;
