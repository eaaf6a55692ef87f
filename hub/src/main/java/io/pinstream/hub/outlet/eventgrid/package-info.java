/// Outlets of the type `eventgrid`: Azure Event Grid, and the only door to the Azure SDK.
@NullMarked
package io.pinstream.hub.outlet.eventgrid;

import org.jspecify.annotations.NullMarked;
