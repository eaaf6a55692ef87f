/// How programs speak about themselves: a line an event, a lost thing once and a restored thing once.
@NullMarked
package io.pinstream.report;

import org.jspecify.annotations.NullMarked;
