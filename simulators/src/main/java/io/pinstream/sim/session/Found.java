package io.pinstream.sim.session;

import io.pinstream.event.Quality;
import io.pinstream.hub.log.EventReader;
import io.pinstream.hub.log.KafkaSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What Kafka has of one device, to be compared with what its agent has taken.
final class Found {
    /// Events are flat: names, and texts or numbers or truths.
    private static final Pattern FIELD =
            Pattern.compile("\"([a-z_0-9]+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([-+.0-9eE]+|true|false))");

    /// How often each event is there, by [Tally.EventText#key].
    final Map<String, Integer> events = new HashMap<>();

    final Map<String, Long> bySensor = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    long repeated;

    /// Reads the whole events topic, read_committed.
    static Found in(KafkaSettings kafka, String device) throws IOException {
        var found = new Found();
        EventReader.read(
                kafka,
                stored -> {
                    if (stored.device().equals(device)) {
                        found.take(stored.id(), new String(stored.value(), StandardCharsets.UTF_8));
                    }
                },
                _ -> {});
        return found;
    }

    /// Takes one event.
    ///
    /// @param id its `ce_id`
    /// @param json as `pinstream-hub` writes it
    void take(String id, String json) {
        if (!ids.add(id)) {
            repeated++;
            return;
        }
        var sensor = "";
        long micros = 0;
        var quality = Quality.GOOD;
        var figures = new TreeMap<String, String>();
        var fields = FIELD.matcher(json);
        while (fields.find()) {
            var text = fields.group(2);
            var figure = fields.group(3);
            switch (fields.group(1)) {
                case "sensor" -> sensor = text;
                case "time" -> micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
                case "quality" -> quality = Quality.parse(text).orElse(Quality.GOOD);
                default -> {
                    if (figure != null) {
                        figures.put(fields.group(1), written(figure));
                    }
                }
            }
        }
        bySensor.merge(sensor, 1L, Long::sum);
        events.merge(Tally.EventText.key(sensor, micros, quality, figures), 1, Integer::sum);
    }

    /// A number may be written in several ways.
    private static String written(String figure) {
        return figure.equals("true") || figure.equals("false") ? figure : Double.toString(Double.parseDouble(figure));
    }
}
