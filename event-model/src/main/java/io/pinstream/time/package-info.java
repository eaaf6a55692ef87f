/// Where the time comes from: one clock to measure with, another to write down.
@NullMarked
package io.pinstream.time;

import org.jspecify.annotations.NullMarked;
