/// Outlets of the type `kafka`: a filtered copy in another topic or another cluster.
@NullMarked
package io.pinstream.hub.outlet.kafka;

import org.jspecify.annotations.NullMarked;
