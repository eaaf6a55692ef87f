/// The agent on one device: pin → board → driver → sampling → rule → outbox → link.
@NullMarked
package io.pinstream.agent;

import org.jspecify.annotations.NullMarked;
