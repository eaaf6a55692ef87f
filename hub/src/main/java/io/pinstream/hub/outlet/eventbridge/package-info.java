/// Outlets of the type `eventbridge`: Amazon EventBridge, and the only door to the AWS SDK.
@NullMarked
package io.pinstream.hub.outlet.eventbridge;

import org.jspecify.annotations.NullMarked;
