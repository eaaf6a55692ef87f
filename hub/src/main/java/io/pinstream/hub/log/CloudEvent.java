package io.pinstream.hub.log;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
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
        var id = "";
        var source = "";
        var type = "";
        var time = "";
        var delivery = "";
        for (var header : record.headers()) { // once, because a look-up by name goes through all of them
            switch (header.key()) {
                case "ce_id" -> id = EventReader.text(header);
                case "ce_source" -> source = EventReader.text(header);
                case "ce_type" -> type = EventReader.text(header);
                case "ce_time" -> time = EventReader.text(header);
                case "ce_delivery" -> delivery = EventReader.text(header);
                default -> {}
            }
        }
        int sensors = source.indexOf(SENSORS);
        return new CloudEvent(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                EventReader.key(record),
                sensors < 0 ? "" : source.substring(sensors + SENSORS.length()),
                id,
                source,
                type,
                time,
                delivery,
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
        return new String(jsonBytes(), StandardCharsets.UTF_8);
    }

    /// The same in UTF-8.
    public byte[] jsonBytes() {
        var head = new StringBuilder(300).append("{\"specversion\":\"1.0\"");
        attributes((name, value) -> {
            head.append(",\"").append(name).append("\":\"");
            append(head, value);
            head.append('"');
        });
        return isObject()
                ? joined(head.append(",\"datacontenttype\":\"application/json\",\"data\":"), onOneLine(), "}")
                : joined(head.append(",\"data_base64\":\""), Base64.getEncoder().encode(data), "\"}");
    }

    private static byte[] joined(StringBuilder head, byte[] middle, String tail) {
        var first = head.toString().getBytes(StandardCharsets.UTF_8);
        var all = Arrays.copyOf(first, first.length + middle.length + tail.length());
        System.arraycopy(middle, 0, all, first.length, middle.length);
        for (int i = 0; i < tail.length(); i++) {
            all[first.length + middle.length + i] = (byte) tail.charAt(i);
        }
        return all;
    }

    private boolean isObject() {
        return data.length >= 2 && data[0] == '{' && data[data.length - 1] == '}';
    }

    /// A line break can only be white space between tokens: inside a JSON text it must be escaped. What is no UTF-8
    /// becomes what a decoder makes of it.
    private byte[] onOneLine() {
        boolean ascii = true;
        for (byte octet : data) {
            ascii &= octet >= 0;
        }
        var line = ascii ? data.clone() : new String(data, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    private static void append(StringBuilder text, String value) {
        if (isPlain(value)) {
            text.append(value);
            return;
        }
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
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || c < ' ') {
                return false;
            }
        }
        return true;
    }
}
