/// The live streams over Socket.IO v4, on the web server's own port; the only door to that library.
@NullMarked
package io.pinstream.hub.socket;

import org.jspecify.annotations.NullMarked;
