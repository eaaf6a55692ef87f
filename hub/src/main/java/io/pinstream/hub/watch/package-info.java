/// What the hub says about itself: the stages report here; logs and metrics listen.
@NullMarked
package io.pinstream.hub.watch;

import org.jspecify.annotations.NullMarked;
