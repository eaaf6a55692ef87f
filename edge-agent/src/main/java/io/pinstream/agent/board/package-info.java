/// The only door to Pi4J: opens its context, hands out lines and buses.
@NullMarked
package io.pinstream.agent.board;

import org.jspecify.annotations.NullMarked;
