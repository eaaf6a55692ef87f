package io.pinstream.sim.line;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// One event as a reader of Kafka sees it.
record Committed(String id, String sensor, Instant time, String quality, String json) {
    private static final Pattern FIELD = Pattern.compile("\"([a-z_0-9]+)\":(\"[^\"]*\"|[^,}]+)");

    /// All events of a device, in the order of the topic.
    static List<Committed> of(Stage stage, String device) throws IOException, InterruptedException {
        var events = new ArrayList<Committed>();
        for (var line : stage.kafka(Stage.EVENTS, "%k %h %s\\n")) {
            var key = line.substring(0, line.indexOf(' '));
            if (key.equals(device)) {
                var json = line.substring(line.indexOf('{'));
                var id = line.replaceFirst(".*ce_id=([^,]*),.*", "$1");
                events.add(new Committed(
                        id, text(json, "sensor"), Instant.parse(text(json, "time")), text(json, "quality"), json));
            }
        }
        return events;
    }

    /// A field's number; a truth is 1 or 0.
    double number(String field) {
        var text = text(json, field);
        return switch (text) {
            case "true" -> 1;
            case "false" -> 0;
            default -> Double.parseDouble(text);
        };
    }

    boolean has(String field) {
        return json.contains("\"" + field + "\":");
    }

    private static String text(String json, String field) {
        var fields = FIELD.matcher(json);
        while (fields.find()) {
            if (fields.group(1).equals(field)) {
                return fields.group(2).replace("\"", "");
            }
        }
        throw new IllegalArgumentException("no %s in %s".formatted(field, json));
    }
}
