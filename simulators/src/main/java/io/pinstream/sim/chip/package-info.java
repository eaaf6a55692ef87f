/// Chips as registers: the real drivers run against them, byte for byte.
@NullMarked
package io.pinstream.sim.chip;

import org.jspecify.annotations.NullMarked;
