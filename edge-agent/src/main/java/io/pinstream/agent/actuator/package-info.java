/// What the device drives: relays, lamps, fans.
@NullMarked
package io.pinstream.agent.actuator;

import org.jspecify.annotations.NullMarked;
