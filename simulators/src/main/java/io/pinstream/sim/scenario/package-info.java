/// What happens in the world while a board runs: by script, by chance and by hand.
@NullMarked
package io.pinstream.sim.scenario;

import org.jspecify.annotations.NullMarked;
