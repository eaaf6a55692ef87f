/// When a sensor is read, and what becomes of a reading that fails.
@NullMarked
package io.pinstream.agent.sampling;

import org.jspecify.annotations.NullMarked;
