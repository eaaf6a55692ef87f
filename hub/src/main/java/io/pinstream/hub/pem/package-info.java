/// Certificates and keys in PEM files, as Java's TLS wants them.
@NullMarked
package io.pinstream.hub.pem;

import org.jspecify.annotations.NullMarked;
