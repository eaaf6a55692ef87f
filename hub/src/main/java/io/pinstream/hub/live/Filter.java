package io.pinstream.hub.live;

import io.pinstream.hub.log.CloudEvent;
import java.util.List;

/// Which events a client wants. An event must fit one pattern of each kind that has any; a filter without patterns
/// lets everything through.
///
/// @param quantities fit an event that has one of them
/// @param types whole, such as `io.pinstream.sample.v1`, or short: `sample`, `edge`, `dropped`
public record Filter(List<Glob> devices, List<Glob> sensors, List<Glob> quantities, List<Glob> types) {
    public static final Filter ALL = new Filter(List.of(), List.of(), List.of(), List.of());

    /// How many patterns of one kind there may be.
    public static final int MOST = 64;

    private static final String PREFIX = "io.pinstream.";

    public Filter {
        devices = limited("device", devices);
        sensors = limited("sensor", sensors);
        quantities = limited("quantity", quantities);
        types = limited("type", types);
    }

    private static List<Glob> limited(String kind, List<Glob> globs) {
        if (globs.size() > MOST) {
            throw new IllegalArgumentException(
                    "%s must have at most %d patterns, but has %d".formatted(kind, MOST, globs.size()));
        }
        return List.copyOf(globs);
    }

    public boolean test(CloudEvent event) {
        return fits(devices, event.device())
                && fits(sensors, event.sensor())
                && (fits(types, event.type()) || fits(types, shortType(event.type())))
                && (quantities.isEmpty()
                        || event.members().stream().anyMatch(member -> fits(quantities, member.name())));
    }

    private static String shortType(String type) {
        int end = type.lastIndexOf(".v");
        return type.startsWith(PREFIX) && end > PREFIX.length() ? type.substring(PREFIX.length(), end) : type;
    }

    private static boolean fits(List<Glob> globs, String value) {
        if (globs.isEmpty()) {
            return true;
        }
        for (var glob : globs) {
            if (glob.matches(value)) {
                return true;
            }
        }
        return false;
    }
}
