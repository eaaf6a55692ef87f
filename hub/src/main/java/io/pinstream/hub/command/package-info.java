/// Commands to devices: asks a device over MQTT 5 to switch one of its actuators, and waits for its reply.
@NullMarked
package io.pinstream.hub.command;

import org.jspecify.annotations.NullMarked;
