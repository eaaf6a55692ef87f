/// The link to the hub: does what the courier decides, over MQTT 5; the only door to Paho.
@NullMarked
package io.pinstream.agent.link;

import org.jspecify.annotations.NullMarked;
