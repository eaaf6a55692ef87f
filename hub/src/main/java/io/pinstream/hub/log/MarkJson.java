package io.pinstream.hub.log;

import io.pinstream.delivery.Mark;
import io.pinstream.wire.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.NoSuchElementException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A mark as the JSON that stands in the marks topic: `{"streams":[{"stream":"…","sequence":12},…]}`.
final class MarkJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private MarkJson() {}

    static byte[] write(Mark mark) {
        var json = new StringBuilder("{\"streams\":[");
        for (var entry : mark.entries()) {
            json.append(json.length() > 12 ? "," : "")
                    .append("{\"stream\":\"")
                    .append(entry.stream())
                    .append("\",\"sequence\":")
                    .append(entry.sequence())
                    .append('}');
        }
        return json.append("]}").toString().getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads a mark.
    ///
    /// @throws IllegalStateException if it is none: to go on without it would commit everything twice
    static Mark read(String key, byte[] json) {
        try (var in = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            var entries = new ArrayList<Mark.Entry>();
            String stream = "";
            long sequence = -1;
            for (var token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token == JsonToken.VALUE_STRING && "stream".equals(in.currentName())) {
                    stream = in.getString();
                } else if (token == JsonToken.VALUE_NUMBER_INT && "sequence".equals(in.currentName())) {
                    sequence = in.getLongValue();
                } else if (token == JsonToken.END_OBJECT && sequence >= 0) {
                    entries.add(new Mark.Entry(StreamId.parse(stream).orElseThrow(), sequence));
                    sequence = -1;
                }
            }
            return new Mark(entries);
        } catch (JacksonException | IllegalArgumentException | NoSuchElementException wrong) {
            throw new IllegalStateException(
                    "the mark of %s in Kafka cannot be read: %s; something else wrote to the marks topic"
                            .formatted(key, new String(json, StandardCharsets.UTF_8)),
                    wrong);
        }
    }
}
