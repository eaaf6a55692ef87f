package io.pinstream.hub.device;

import java.io.ByteArrayInputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// What a list shows of a device: a few members of what it said of itself. Everything in it is the device's own
/// word: nobody has judged it.
///
/// @param state `online` or `offline`; empty if it said nothing
/// @param since when it came into this state, by its own clock
/// @param sensors how many it has, actuators included
/// @param figures those of its figures that a list shows, see [#FIGURES]
public record Brief(String state, String since, String agent, String board, int sensors, Map<String, Double> figures) {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int LONGEST = 128;

    /// Figures that are kept, and the name that each is shown by: what waits in the outbox, whether it knows what
    /// time it is, and how its link is.
    static final Map<String, String> FIGURES = Map.of(
            "outbox.rows", "outbox_rows",
            "outbox.events", "outbox_events",
            "clock.known", "clock_known",
            "acknowledged.count", "acknowledged_count",
            "acknowledged.seconds", "acknowledged_seconds",
            "link.failures", "link_failures",
            "link.sent.packs{again=false}", "packs_sent",
            "link.sent.packs{again=true}", "packs_sent_again");

    public Brief {
        figures = Map.copyOf(figures);
    }

    /// Whether it says that it is there.
    boolean isOnline() {
        return state.toLowerCase(Locale.ROOT).equals("online");
    }

    /// How many packs wait in its outbox.
    long waiting() {
        return isOnline() ? (long) Math.max(0, figures.getOrDefault("outbox_rows", 0.0)) : 0;
    }

    /// Reads the record of a device as [io.pinstream.hub.lane] writes it; none if it is not JSON.
    static Optional<Brief> read(byte[] json) {
        var reading = new Reading();
        try (var parser = JSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(json))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isState = parser.currentName().equals("state");
                if (parser.nextToken() == JsonToken.START_OBJECT && isState) {
                    reading.state(parser);
                } else {
                    parser.skipChildren();
                }
            }
            return parser.nextToken() == null ? Optional.of(reading.brief()) : Optional.empty();
        } catch (JacksonException bad) {
            return Optional.empty();
        }
    }

    /// What was read so far.
    private static final class Reading {
        private final Map<String, String> texts = new TreeMap<>();
        private final Map<String, Double> figures = new TreeMap<>();
        private int sensors;

        void state(JsonParser parser) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var token = parser.nextToken();
                if (token == JsonToken.VALUE_STRING) {
                    var text = parser.getString();
                    texts.put(name, text.substring(0, Math.min(LONGEST, text.length())));
                } else if (token == JsonToken.START_OBJECT && name.equals("figures")) {
                    figures(parser);
                } else if (token == JsonToken.START_OBJECT && name.equals("sensors")) {
                    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                        parser.nextToken();
                        parser.skipChildren();
                        sensors++;
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }

        private void figures(JsonParser parser) {
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var shown = FIGURES.get(parser.currentName());
                if (parser.nextToken().isNumeric() && shown != null) {
                    figures.put(shown, parser.getDoubleValue());
                } else {
                    parser.skipChildren();
                }
            }
        }

        Brief brief() {
            return new Brief(text("state"), text("since"), text("agent"), text("board"), sensors, figures);
        }

        private String text(String name) {
            return texts.getOrDefault(name, "");
        }
    }
}
