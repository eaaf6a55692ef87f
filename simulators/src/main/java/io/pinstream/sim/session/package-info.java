/// One board in front of somebody: what it shows live, what can be done to it, and what came of it.
@NullMarked
package io.pinstream.sim.session;

import org.jspecify.annotations.NullMarked;
