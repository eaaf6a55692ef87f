/// Programs of the line as processes of their own: started, watched, killed, and always ended.
@NullMarked
package io.pinstream.sim.process;

import org.jspecify.annotations.NullMarked;
