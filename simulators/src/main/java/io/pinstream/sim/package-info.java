/// The world around Pinstream, simulated: boards, fleets, the demo and the benchmark.
@NullMarked
package io.pinstream.sim;

import org.jspecify.annotations.NullMarked;
