/// When something happened, as it is written down.
@NullMarked
package io.pinstream.agent.time;

import org.jspecify.annotations.NullMarked;
