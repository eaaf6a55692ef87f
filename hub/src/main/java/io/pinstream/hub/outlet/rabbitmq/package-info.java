/// Outlets of the type `rabbitmq`: messages to an exchange, each confirmed by the broker.
@NullMarked
package io.pinstream.hub.outlet.rabbitmq;

import org.jspecify.annotations.NullMarked;
