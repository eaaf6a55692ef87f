/// Strict stand-ins for cloud services that take events, made from the services' public documentation.
@NullMarked
package io.pinstream.sim.cloud;

import org.jspecify.annotations.NullMarked;
