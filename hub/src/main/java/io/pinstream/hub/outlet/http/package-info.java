/// Outlets of the type `http`: webhooks that take CloudEvents.
@NullMarked
package io.pinstream.hub.outlet.http;

import org.jspecify.annotations.NullMarked;
