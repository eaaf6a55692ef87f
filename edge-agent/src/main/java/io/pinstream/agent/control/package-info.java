/// What the device does by itself with what it reads: it doubts what cannot be right, and switches what its rules
/// say, with or without a network.
@NullMarked
package io.pinstream.agent.control;

import org.jspecify.annotations.NullMarked;
