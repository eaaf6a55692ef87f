/// Closing what was opened, and the door to servers that run inside this process.
@NullMarked
package io.pinstream.lifecycle;

import org.jspecify.annotations.NullMarked;
