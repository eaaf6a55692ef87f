/// One thread a lane: from a pack that arrived to a committed transaction and its answers.
@NullMarked
package io.pinstream.hub.lane;

import org.jspecify.annotations.NullMarked;
