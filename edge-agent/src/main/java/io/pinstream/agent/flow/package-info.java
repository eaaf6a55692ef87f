/// From single events to packs in the outbox, on one thread.
@NullMarked
package io.pinstream.agent.flow;

import org.jspecify.annotations.NullMarked;
