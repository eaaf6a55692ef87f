/// Which chips are at the board, and what to write into the configuration to have them read.
@NullMarked
package io.pinstream.agent.scan;

import org.jspecify.annotations.NullMarked;
