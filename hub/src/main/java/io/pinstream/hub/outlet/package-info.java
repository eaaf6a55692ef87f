/// Where committed events are passed on to: the engine, and what an outlet's type has to be (see [Outlet]). Each
/// outlet reads Kafka by a group of its own and is in nobody's way.
@NullMarked
package io.pinstream.hub.outlet;

import org.jspecify.annotations.NullMarked;
