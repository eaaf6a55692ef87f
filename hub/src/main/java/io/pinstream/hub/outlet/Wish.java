package io.pinstream.hub.outlet;

import io.pinstream.hub.log.GroupMember.Replay;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What somebody wants of an outlet: one record in Kafka that holds all of it, so that the newest one is enough.
///
/// @param paused whether it is to rest
/// @param replay from when on it is to send again
public record Wish(boolean paused, Replay replay) {
    public static final Wish NONE = new Wish(false, Replay.NONE);

    private static final JsonFactory JSON = JsonFactory.builder().build();

    /// The same outlet, paused or not.
    public Wish pause(boolean rest) {
        return new Wish(rest, replay);
    }

    /// The same outlet, set back. The number grows even if the topic was made anew in between.
    public Wish replay(Instant from, Instant now) {
        return new Wish(paused, new Replay(Math.max(replay.number() + 1, now.toEpochMilli()), from));
    }

    /// `{"paused":false,"replay":1763872814123,"from":"2026-11-23T00:00:00Z"}`
    public byte[] json() {
        var text = new ByteArrayOutputStream();
        try (var out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            out.writeBooleanProperty("paused", paused);
            if (replay.number() > 0) {
                out.writeNumberProperty("replay", replay.number());
                out.writeStringProperty("from", replay.from().toString());
            }
            out.writeEndObject();
        }
        return text.toByteArray();
    }

    /// Empty for what is no wish.
    public static Optional<Wish> parse(byte[] json) {
        boolean paused = false;
        long number = 0;
        var from = Instant.EPOCH;
        try (var parser = JSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(json))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var value = parser.nextToken();
                if (name.equals("paused")) {
                    paused = value == JsonToken.VALUE_TRUE;
                } else if (name.equals("replay") && value.isNumeric()) {
                    number = parser.getLongValue();
                } else if (name.equals("from")) {
                    from = Instant.parse(parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
            return Optional.of(new Wish(paused, new Replay(number, from)));
        } catch (JacksonException | DateTimeException bad) {
            return Optional.empty();
        }
    }
}
