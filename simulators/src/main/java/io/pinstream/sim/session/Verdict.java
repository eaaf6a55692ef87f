package io.pinstream.sim.session;

import io.pinstream.event.Quality;
import io.pinstream.event.SensorId;
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

/// What came of the events that an agent has taken: each is looked for in Kafka, with its time and its values.
///
/// @param taken by the agent
/// @param committed of them, in Kafka
/// @param waiting still in the outbox
/// @param named dropped for want of room, and named in the stream
/// @param lost neither in Kafka nor in the outbox nor named
/// @param twice in Kafka more often than they were taken, or with other values
/// @param edgesShown moves that the lines have told the board, and `edgesCommitted` those in Kafka
record Verdict(
        long taken,
        long committed,
        long waiting,
        long named,
        long lost,
        long twice,
        long edgesShown,
        long edgesCommitted) {
    private static final Pattern FIELD =
            Pattern.compile("\"([a-z_0-9]+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([-+.0-9eE]+|true|false))");
    private static final Set<String> ENVELOPE = Set.of("device", "sensor", "time", "quality", "kind");

    /// Reads the whole events topic.
    ///
    /// @param waiting events that are still in the outbox, `named` those that were dropped
    /// @param shown how many moves each line has told
    static Verdict of(
            KafkaSettings kafka, String device, Tally tally, long waiting, long named, Map<SensorId, Long> shown)
            throws IOException {
        var found = new HashMap<String, Integer>();
        var ids = new HashSet<String>();
        var edges = new HashMap<String, Long>();
        long[] repeated = {0};
        EventReader.read(
                kafka,
                stored -> {
                    if (!stored.device().equals(device)) {
                        return;
                    }
                    if (!ids.add(stored.id())) {
                        repeated[0]++;
                    }
                    var json = new String(stored.value(), StandardCharsets.UTF_8);
                    found.merge(key(json, edges), 1, Integer::sum);
                },
                _ -> {});
        long committed = 0;
        long missing = 0;
        for (var event : tally.taken().entrySet()) {
            int there = found.getOrDefault(event.getKey(), 0);
            committed += Math.min(there, event.getValue());
            missing += Math.max(0, event.getValue() - there);
        }
        long twice = repeated[0];
        for (var event : found.entrySet()) {
            boolean remembered = tally.events() < Tally.MOST_REMEMBERED;
            twice += remembered ? Math.max(0, event.getValue() - tally.taken().getOrDefault(event.getKey(), 0)) : 0;
        }
        long edgesShown = shown.values().stream().mapToLong(Long::longValue).sum();
        long edgesCommitted = shown.keySet().stream()
                .mapToLong(
                        sensor -> Math.max(0, edges.getOrDefault(sensor.toString(), 0L) - 1)) // the state at the start
                .sum();
        return new Verdict(
                tally.events(),
                committed,
                waiting,
                named,
                Math.max(0, missing - waiting - named),
                twice,
                edgesShown,
                edgesCommitted);
    }

    private static String key(String json, Map<String, Long> edges) {
        var sensor = "";
        long micros = 0;
        var quality = Quality.GOOD;
        var figures = new TreeMap<String, String>();
        var fields = FIELD.matcher(json);
        while (fields.find()) {
            var name = fields.group(1);
            var text = fields.group(2);
            var figure = fields.group(3);
            switch (name) {
                case "sensor" -> sensor = text;
                case "time" -> micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
                case "quality" -> quality = Quality.parse(text).orElse(Quality.GOOD);
                default -> {
                    if (figure != null && !ENVELOPE.contains(name)) {
                        figures.put(name, written(figure));
                    }
                }
            }
        }
        edges.merge(sensor, 1L, Long::sum);
        return Tally.EventText.key(sensor, micros, quality, figures);
    }

    /// A number may be written in several ways.
    private static String written(String figure) {
        return figure.equals("true") || figure.equals("false") ? figure : Double.toString(Double.parseDouble(figure));
    }

    boolean isClean() {
        return lost == 0 && twice == 0 && edgesCommitted >= edgesShown;
    }
}
