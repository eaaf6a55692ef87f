/// What the agent says about itself: the stages report here; logs and metrics listen.
@NullMarked
package io.pinstream.agent.watch;

import org.jspecify.annotations.NullMarked;
