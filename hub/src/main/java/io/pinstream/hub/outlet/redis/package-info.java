/// Outlets of the type `redis`: Pub/Sub, and streams that are kept.
@NullMarked
package io.pinstream.hub.outlet.redis;

import org.jspecify.annotations.NullMarked;
