/// What is missing on a board, in words, and the line that mends it.
@NullMarked
package io.pinstream.agent.doctor;

import org.jspecify.annotations.NullMarked;
