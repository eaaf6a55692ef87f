package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A command on its way to a device.
///
/// @param replyTo the topic that the reply goes to: one of the device's own below `reply`
/// @param sent when it left, by the clock of its sender. It is only ever compared with the same clock's other
///     times, so a wrong one does no harm
/// @param within how long after that it is still worth doing, 1 ms to 60 s
public record Request(
        DeviceId device, CommandId id, String replyTo, Optional<Instant> sent, Duration within, Command command) {
    public static final Duration LONGEST = Duration.ofSeconds(60);

    public Request {
        if (within.toMillis() < 1 || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a command must be worth doing for 1 ms to 60 s, but was for %s".formatted(within));
        }
    }
}
