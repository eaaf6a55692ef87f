package io.pinstream.hub.log;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// One committed event as it stands in the events topic: a CloudEvents 1.0 event and its place.
///
/// @param timestamp the record's; the event's own time unless its device's clock runs ahead
/// @param device the record's key
/// @param sensor as the source names it; empty if that is none of ours
/// @param time as the device wrote it, RFC 3339
/// @param delivery `at-least-once` for a device that does not speak the delivery protocol, else empty
/// @param data the event, flat JSON
public record CloudEvent(
        int partition,
        long offset,
        Instant timestamp,
        String device,
        String sensor,
        String id,
        String source,
        String type,
        String time,
        String delivery,
        byte[] data) {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final String SENSORS = "/sensors/";
    private static final byte[] NONE = {};

    /// What it holds in memory, about, in bytes.
    public int size() {
        return 300 + data.length;
    }

    static CloudEvent of(ConsumerRecord<byte[], byte[]> record) {
        var source = EventReader.header(record, "ce_source");
        int sensors = source.indexOf(SENSORS);
        return new CloudEvent(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                EventReader.key(record),
                sensors < 0 ? "" : source.substring(sensors + SENSORS.length()),
                EventReader.header(record, "ce_id"),
                source,
                EventReader.header(record, "ce_type"),
                EventReader.header(record, "ce_time"),
                EventReader.header(record, "ce_delivery"),
                record.value() == null ? NONE : record.value());
    }

    /// One member of the flat JSON.
    ///
    /// @param number its value, 1 or 0 if it is true or false, NaN if it is no number
    /// @param text its value if it is a text, else empty
    public record Member(String name, double number, String text) {}

    /// The members of the flat JSON, in order; none if it is not JSON. What is nested is left out.
    public List<Member> members() {
        var members = new ArrayList<Member>();
        try (var parser = JSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(data))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return List.of();
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                var token = parser.nextToken();
                parser.skipChildren();
                members.add(member(name, token, parser));
            }
            return members;
        } catch (JacksonException bad) {
            return List.of();
        }
    }

    private static Member member(String name, JsonToken token, JsonParser parser) {
        return switch (token) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Member(name, parser.getDoubleValue(), "");
            case VALUE_TRUE -> new Member(name, 1, "");
            case VALUE_FALSE -> new Member(name, 0, "");
            case VALUE_STRING -> new Member(name, Double.NaN, parser.getString());
            default -> new Member(name, Double.NaN, "");
        };
    }

    /// Every attribute of CloudEvents that it has, but `specversion` and the data's own.
    public void attributes(BiConsumer<String, String> reader) {
        attribute(reader, "id", id);
        attribute(reader, "source", source);
        attribute(reader, "type", type);
        attribute(reader, "time", time);
        attribute(reader, "delivery", delivery);
    }

    private static void attribute(BiConsumer<String, String> reader, String name, String value) {
        if (!value.isEmpty()) {
            reader.accept(name, value);
        }
    }

    /// CloudEvents JSON in structured mode, on one line.
    public String json() {
        var text = new StringBuilder(200 + data.length);
        text.append("{\"specversion\":\"1.0\"");
        attribute(text, "id", id);
        attribute(text, "source", source);
        attribute(text, "type", type);
        attribute(text, "time", time);
        attribute(text, "delivery", delivery);
        if (isObject()) {
            text.append(",\"datacontenttype\":\"application/json\",\"data\":");
            // A line break can only be white space between tokens: inside a JSON text it must be escaped.
            text.append(
                    new String(data, StandardCharsets.UTF_8).replace('\n', ' ').replace('\r', ' '));
        } else {
            text.append(",\"data_base64\":\"")
                    .append(Base64.getEncoder().encodeToString(data))
                    .append('"');
        }
        return text.append('}').toString();
    }

    private boolean isObject() {
        return data.length >= 2 && data[0] == '{' && data[data.length - 1] == '}';
    }

    private static void attribute(StringBuilder text, String name, String value) {
        if (value.isEmpty()) {
            return;
        }
        text.append(",\"").append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append("\\u%04x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
