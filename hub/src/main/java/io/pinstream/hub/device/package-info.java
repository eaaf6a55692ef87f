/// What is known of devices: what they say of themselves, and what they have measured.
@NullMarked
package io.pinstream.hub.device;

import org.jspecify.annotations.NullMarked;
