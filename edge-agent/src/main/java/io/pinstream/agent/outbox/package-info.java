/// Packs on disk until the hub says that they are committed.
@NullMarked
package io.pinstream.agent.outbox;

import org.jspecify.annotations.NullMarked;
