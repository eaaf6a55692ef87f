package io.pinstream.hub.ingest;

import io.pinstream.event.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// The values that JSON pointers (RFC 6901) point at, read in one pass without building a tree. Size, nesting,
/// names and texts are bounded before memory is taken; a name that comes twice is an error.
final class PointedValues {
    /// The largest payload that is looked at.
    static final int LARGEST = 64 * 1024;

    private static final int DEEPEST = 16;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(256)
                    .maxStringLength(4096)
                    .maxNumberLength(64)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private PointedValues() {}

    /// Reads what is there; a pointer to nothing, to null, or to an object or array has no entry.
    ///
    /// @throws UnusableMessage if the payload is not one JSON text, or one of the values cannot be carried
    static Map<String, Value> read(byte[] json, Set<String> pointers) throws UnusableMessage {
        if (json.length > LARGEST) {
            throw new UnusableMessage("payload must have at most %d bytes, but has %d".formatted(LARGEST, json.length));
        }
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return read(parser, pointers);
        } catch (JacksonException bad) {
            throw unusable(-1); // while closing, which has nothing left to read
        }
    }

    private static Map<String, Value> read(JsonParser parser, Set<String> pointers) throws UnusableMessage {
        try {
            if (parser.nextToken() == null) {
                throw new UnusableMessage("payload is empty");
            }
            var found = new HashMap<String, Value>();
            read(parser, "", pointers, found);
            if (parser.nextToken() != null) {
                throw new UnusableMessage("payload must be one JSON text, but more follows it");
            }
            return found;
        } catch (JacksonException bad) {
            // What is nested too deep or too long comes without a place of its own.
            var at = bad.getLocation() == null ? parser.currentLocation() : bad.getLocation();
            throw unusable(at.getByteOffset());
        }
    }

    /// The library's own message quotes the payload, which has no place in a log.
    private static UnusableMessage unusable(long at) {
        return new UnusableMessage("payload is not JSON that can be used: bad at byte %d".formatted(Math.max(0, at)));
    }

    private static void read(JsonParser parser, String at, Set<String> pointers, Map<String, Value> found)
            throws UnusableMessage {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                for (var name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    read(parser, at + "/" + name.replace("~", "~0").replace("/", "~1"), pointers, found);
                }
            }
            case START_ARRAY -> {
                for (int i = 0; !parser.nextToken().isStructEnd(); i++) {
                    read(parser, at + "/" + i, pointers, found);
                }
            }
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> {
                if (pointers.contains(at)) {
                    found.put(at, value(parser, at));
                }
            }
            default -> {} // null: there is no value
        }
    }

    private static Value value(JsonParser parser, String at) throws UnusableMessage {
        return switch (parser.currentToken()) {
            case VALUE_TRUE, VALUE_FALSE -> new Value.Truth(parser.getBooleanValue());
            case VALUE_STRING -> {
                var text = parser.getString();
                if (text.length() > Value.Text.LONGEST) {
                    throw new UnusableMessage("%s must have at most %d characters, but has %d"
                            .formatted(at, Value.Text.LONGEST, text.length()));
                }
                yield new Value.Text(text);
            }
            default -> {
                double number = parser.getDoubleValue();
                if (!Double.isFinite(number)) {
                    throw new UnusableMessage(at + " is a number beyond what can be carried");
                }
                yield new Value.Decimal(number);
            }
        };
    }
}
