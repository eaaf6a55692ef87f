package io.pinstream.wire;

import io.pinstream.event.SensorId;
import java.time.Duration;
import java.util.Optional;

/// What somebody wants an actuator of a device to do.
///
/// @param percent 0 to 100, what it is to be set to; none for its safe state
/// @param hold for how long the device's own rules leave it so, 1 s to 7 days; none: until a rule changes its mind
/// @param by who wants it, 1 to 64 printable ASCII characters: it stands in the event of the switch
public record Command(SensorId actuator, Optional<Integer> percent, Optional<Duration> hold, String by) {
    public static final int WHOLE = 100;
    public static final Duration SHORTEST_HOLD = Duration.ofSeconds(1);
    public static final Duration LONGEST_HOLD = Duration.ofDays(7);
    public static final int LONGEST_NAME = 64;

    public Command {
        if (percent.isPresent() && (percent.get() < 0 || percent.get() > WHOLE)) {
            throw new IllegalArgumentException("percent must be 0 to 100, but was " + percent.get());
        }
        if (hold.isPresent()
                && (hold.get().compareTo(SHORTEST_HOLD) < 0 || hold.get().compareTo(LONGEST_HOLD) > 0)) {
            throw new IllegalArgumentException("the time to hold must be 1 s to 7 days, but was %d ms"
                    .formatted(hold.get().toMillis()));
        }
        if (by.isEmpty() || by.length() > LONGEST_NAME || !by.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "the name of who commands must be 1 to %d printable ASCII characters, but was \"%s\""
                            .formatted(LONGEST_NAME, Printable.text(by)));
        }
    }

    /// A name from anywhere, made fit to stand in a command.
    public static String name(String untrusted) {
        var safe = Printable.text(untrusted, LONGEST_NAME);
        return safe.isEmpty() ? "?" : safe;
    }
}
