package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Value;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// SenML in JSON (RFC 8428 section 5): the same model, readable in `mosquitto_sub`.
final class JsonSenml {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16) // the limit that is configured is checked below; this one guards skipping
                    .maxNameLength(256)
                    .maxNumberLength(64)
                    .build())
            .build();

    private JsonSenml() {}

    static void read(byte[] bytes, SenmlCodec.Limits limits, SenmlResolver resolver) throws MalformedSenml {
        try (var in = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw new MalformedSenml("the pack must be a JSON array");
            }
            var record = new SenmlRecord();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                int number = resolver.next();
                if (in.currentToken() != JsonToken.START_OBJECT) {
                    throw new MalformedSenml("record %d must be a JSON object".formatted(number));
                }
                record.clear();
                readRecord(in, record, number, limits, resolver.names());
                resolver.take(record);
            }
            if (in.nextToken() != null) {
                throw new MalformedSenml("something stands behind the end of the pack");
            }
        } catch (JacksonException wrong) {
            throw new MalformedSenml("not JSON: " + Printable.text(wrong.getOriginalMessage()));
        }
    }

    private static void readRecord(
            JsonParser in, SenmlRecord record, int number, SenmlCodec.Limits limits, NameCache names)
            throws MalformedSenml {
        while (in.nextToken() == JsonToken.PROPERTY_NAME) {
            var label = in.currentName();
            in.nextToken();
            switch (label) {
                case "n" -> {
                    record.mark(SenmlRecord.NAME, label, number);
                    record.name = text(in, label, number).getBytes(StandardCharsets.UTF_8);
                    record.nameFrom = 0;
                    record.nameTo = record.name.length;
                }
                case "bn" -> {
                    record.mark(SenmlRecord.BASE_NAME, label, number);
                    record.baseName = text(in, label, number).getBytes(StandardCharsets.UTF_8);
                    record.baseNameFrom = 0;
                    record.baseNameTo = record.baseName.length;
                }
                case "u" -> {
                    record.mark(SenmlRecord.UNIT, label, number);
                    var unit = text(in, label, number).getBytes(StandardCharsets.UTF_8);
                    record.unit = names.unit(unit, 0, unit.length, number);
                }
                case "bu" -> {
                    record.mark(SenmlRecord.BASE_UNIT, label, number);
                    var unit = text(in, label, number).getBytes(StandardCharsets.UTF_8);
                    record.baseUnit = names.unit(unit, 0, unit.length, number);
                }
                case "v" -> {
                    record.mark(SenmlRecord.VALUE, label, number);
                    record.value = number(in, label, number);
                }
                case "bv" -> {
                    record.mark(SenmlRecord.BASE_VALUE, label, number);
                    record.baseValue = number(in, label, number);
                }
                case "t" -> {
                    record.mark(SenmlRecord.TIME, label, number);
                    record.time = number(in, label, number);
                }
                case "bt" -> {
                    record.mark(SenmlRecord.BASE_TIME, label, number);
                    record.baseTime = number(in, label, number);
                }
                case "vb" -> {
                    record.mark(SenmlRecord.TRUTH, label, number);
                    record.truth = truth(in, number);
                }
                case "vs" -> {
                    record.mark(SenmlRecord.TEXT, label, number);
                    record.text = text(in, label, number);
                }
                case "bver" -> {
                    record.mark(SenmlRecord.BASE_VERSION, label, number);
                    record.baseVersion = (long) number(in, label, number);
                }
                case "ut" -> {
                    record.mark(SenmlRecord.UPDATE_TIME, label, number);
                    number(in, label, number);
                }
                case "q" -> {
                    record.mark(SenmlRecord.QUALITY, label, number);
                    record.quality = text(in, label, number);
                }
                case "e" -> {
                    record.mark(SenmlRecord.KIND, label, number);
                    record.kind = text(in, label, number);
                }
                case "s", "bs" ->
                    throw new MalformedSenml("record %d: sums (s, bs) are not supported".formatted(number));
                case "vd" ->
                    throw new MalformedSenml("record %d: data values (vd) are not supported".formatted(number));
                default -> skip(in, label, number, limits);
            }
        }
    }

    private static void skip(JsonParser in, String label, int number, SenmlCodec.Limits limits) throws MalformedSenml {
        if (label.endsWith("_")) { // RFC 8428 section 4.4: must be understood
            throw new MalformedSenml(
                    "record %d: label \"%s\" is not understood".formatted(number, Printable.text(label)));
        }
        int open = 0;
        do {
            if (in.currentToken().isStructStart()) {
                open++;
            } else if (in.currentToken().isStructEnd()) {
                open--;
            }
            if (open + 2 > limits.depth()) {
                throw new MalformedSenml("nesting must be at most %d deep".formatted(limits.depth()));
            }
        } while (open > 0 && in.nextToken() != null);
    }

    private static String text(JsonParser in, String label, int number) throws MalformedSenml {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw new MalformedSenml(
                    "record %d: %s must be a text, but is %s".formatted(number, label, in.currentToken()));
        }
        var text = in.getString();
        if (!isUnicode(text)) {
            throw new MalformedSenml("record %d: %s is not Unicode: half of a surrogate pair".formatted(number, label));
        }
        return text;
    }

    /// JSON can escape half of a surrogate pair, which no UTF-8 can carry on (RFC 8259 section 8.2).
    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static double number(JsonParser in, String label, int number) throws MalformedSenml {
        var token = in.currentToken();
        if (token == null || !token.isNumeric()) {
            throw new MalformedSenml("record %d: %s must be a number, but is %s".formatted(number, label, token));
        }
        double value = Double.parseDouble(in.getString());
        if (!Double.isFinite(value)) {
            throw new MalformedSenml(
                    "record %d: %s must be finite, but is %s".formatted(number, label, Printable.text(in.getString())));
        }
        return value;
    }

    private static boolean truth(JsonParser in, int number) throws MalformedSenml {
        if (in.currentToken() != JsonToken.VALUE_TRUE && in.currentToken() != JsonToken.VALUE_FALSE) {
            throw new MalformedSenml(
                    "record %d: vb must be true or false, but is %s".formatted(number, in.currentToken()));
        }
        return in.currentToken() == JsonToken.VALUE_TRUE;
    }

    static byte[] write(DeviceId device, List<Event> events) {
        var bytes = new ByteArrayOutputStream(128 * events.size());
        long base = events.getFirst().epochMicros();
        try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartArray();
            boolean first = true;
            for (var event : events) {
                for (var measurement : event.measurements()) {
                    out.writeStartObject();
                    if (first) {
                        out.writeStringProperty("bn", device.value() + "/");
                        out.writeName("bt");
                        out.writeNumber(
                                BigDecimal.valueOf(base, 6).stripTrailingZeros().toPlainString());
                        first = false;
                    }
                    write(out, event, measurement, event.epochMicros() - base);
                    out.writeEndObject();
                }
            }
            out.writeEndArray();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Event event, Measurement measurement, long offset) {
        out.writeStringProperty(
                "n", event.sensor().value() + "/" + measurement.quantity().name());
        switch (measurement.value()) {
            case Value.Decimal(double number) -> {
                out.writeStringProperty("u", measurement.quantity().unit().symbol());
                out.writeNumberProperty("v", number);
            }
            case Value.Truth(boolean truth) -> out.writeBooleanProperty("vb", truth);
            case Value.Text(String text) -> out.writeStringProperty("vs", text);
        }
        if (offset != 0) {
            out.writeName("t");
            out.writeNumber(BigDecimal.valueOf(offset, 6).stripTrailingZeros().toPlainString());
        }
        if (!event.quality().equals(Quality.GOOD)) {
            out.writeStringProperty("q", event.quality().toString());
        }
        if (event.kind() != Event.Kind.SAMPLE) {
            out.writeStringProperty("e", event.kind().text());
        }
    }
}
