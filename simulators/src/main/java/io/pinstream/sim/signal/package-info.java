/// What the world does: seeded signals that are pure functions of time.
@NullMarked
package io.pinstream.sim.signal;

import org.jspecify.annotations.NullMarked;
