/// Whole devices: real agents on simulated boards.
@NullMarked
package io.pinstream.sim.device;

import org.jspecify.annotations.NullMarked;
