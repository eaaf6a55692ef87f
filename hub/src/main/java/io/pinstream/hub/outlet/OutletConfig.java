package io.pinstream.hub.outlet;

import io.pinstream.hub.live.Filter;
import io.pinstream.hub.log.GroupMember.Source;
import io.pinstream.hub.log.GroupMember.Start;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// One outlet, as it was told.
///
/// @param name of its group, its meters and its line in every log
/// @param from what it reads
/// @param start where it begins the first time
/// @param events how many events are in hand at once
/// @param retry when what did not work is tried again
/// @param target where to, which only its type understands
public record OutletConfig(
        String name,
        String type,
        Source from,
        Start start,
        Filter filter,
        int events,
        Retry retry,
        Outlet.Target target) {
    /// When what did not work is tried again: after a pause that doubles, with jitter.
    ///
    /// @param giveUpAfter how long one event may be tried before it goes to the dead letters; empty for ever
    public record Retry(Duration first, Duration longest, Optional<Duration> giveUpAfter) {
        public static final Retry DEFAULT = new Retry(Duration.ofMillis(200), Duration.ofSeconds(30), Optional.empty());

        public Retry {
            if (!first.isPositive()) {
                throw new IllegalArgumentException(
                        "first must be above 0 ms, but was %d ms".formatted(first.toMillis()));
            }
            if (longest.compareTo(first) < 0 || longest.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("longest must be %d ms (first) to 1 h, but was %d ms"
                        .formatted(first.toMillis(), longest.toMillis()));
            }
        }
    }

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    public OutletConfig {
        requireName(name);
        if (events < 1 || events > 100_000) {
            throw new IllegalArgumentException("events must be 1 to 100000, but was " + events);
        }
    }

    /// The name, if an outlet may have it.
    public static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name of an outlet must be 1 to 64 of a-z 0-9 _ - and begin with a letter or digit, but was \"%s\""
                            .formatted(name));
        }
        return name;
    }
}
