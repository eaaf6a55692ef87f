/// A board's run by a simulated clock: the real agent, and nothing that differs from one time to the next.
@NullMarked
package io.pinstream.sim.rehearsal;

import org.jspecify.annotations.NullMarked;
