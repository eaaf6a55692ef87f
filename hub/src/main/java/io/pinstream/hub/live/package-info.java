/// What is committed, as it comes: live streams that can be resumed anywhere, each with a filter and a bounded
/// queue.
@NullMarked
package io.pinstream.hub.live;

import org.jspecify.annotations.NullMarked;
