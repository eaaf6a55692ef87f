package io.pinstream.hub.outlet;

import io.pinstream.hub.log.CloudEvent;
import java.util.List;
import java.util.regex.Pattern;

/// A name with places for what an event says: `pinstream.{device}.{sensor}`.
///
/// What is filled in is of A-Z a-z 0-9 _ - and, if that is no separator here, the dot: everything else becomes
/// `_`, so that nobody who names a device can reach another level of a routing key or another key of a data base.
///
/// @param text places are `{device}`, `{sensor}`, `{type}` (short: `sample`, `edge`) and `{partition}`
/// @param dots whether values may hold dots
public record Template(String text, boolean dots) {
    private static final Pattern PLACE = Pattern.compile("\\{([^}]*)}");
    private static final int LONGEST = 200;
    private static final List<String> PLACES = List.of("device", "sensor", "type", "partition");

    public Template {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "must have 1 to %d characters, but has %d".formatted(LONGEST, text.length()));
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new IllegalArgumentException("must be printable ASCII without spaces, but is not");
        }
        var places = PLACE.matcher(text);
        while (places.find()) {
            if (!PLACES.contains(places.group(1))) {
                throw new IllegalArgumentException(
                        "has no place {%s}; there are {device}, {sensor}, {type} and {partition}"
                                .formatted(places.group(1)));
            }
        }
        if (PLACE.matcher(text).replaceAll("").matches(".*[{}].*")) {
            throw new IllegalArgumentException("must close every { with a }, but is \"%s\"".formatted(text));
        }
    }

    /// Whether all events of a name come from one partition, in the order of its offsets.
    public boolean isOfOnePartition() {
        return text.contains("{device}") || text.contains("{partition}");
    }

    /// The name for one event.
    public String fill(CloudEvent event) {
        var filled = new StringBuilder(text.length() + 40);
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            filled.append(text, from, open);
            int close = text.indexOf('}', open);
            append(filled, value(text.substring(open + 1, close), event));
            from = close + 1;
        }
        return filled.append(text, from, text.length()).toString();
    }

    private static String value(String place, CloudEvent event) {
        return switch (place) {
            case "device" -> event.device();
            case "sensor" -> event.sensor();
            case "partition" -> Integer.toString(event.partition());
            default -> shortType(event.type());
        };
    }

    private static String shortType(String type) {
        int end = type.lastIndexOf(".v");
        var whole = end < 0 ? type : type.substring(0, end);
        return whole.substring(whole.lastIndexOf('.') + 1);
    }

    private void append(StringBuilder filled, String value) {
        if (value.isEmpty()) {
            filled.append('_');
        }
        for (int i = 0; i < value.length() && i < LONGEST; i++) {
            char c = value.charAt(i);
            boolean safe = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
            filled.append(safe || dots && c == '.' ? c : '_');
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
