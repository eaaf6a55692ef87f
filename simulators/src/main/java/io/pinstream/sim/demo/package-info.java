/// Everything at once, for a first look.
@NullMarked
package io.pinstream.sim.demo;

import org.jspecify.annotations.NullMarked;
