/// Which events are worth sending.
@NullMarked
package io.pinstream.agent.rule;

import org.jspecify.annotations.NullMarked;
