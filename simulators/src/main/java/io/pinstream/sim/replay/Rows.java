package io.pinstream.sim.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Turns the lines of a file into rows. For one thread.
sealed interface Rows {
    /// @return none for a line that holds no row: a header, or an empty one
    Optional<Row> row(String line) throws BadRow;

    /// Cells that are separated by commas, under a header (RFC 4180, without line breaks in cells).
    final class Csv implements Rows {
        private static final String DEVICE = "device";

        private final Columns columns;
        private List<String> header = List.of();
        private int timeColumn = -1;

        Csv(Columns columns) {
            this.columns = columns;
        }

        @Override
        public Optional<Row> row(String line) throws BadRow {
            if (line.isBlank()) {
                return Optional.empty();
            }
            var cells = cells(line);
            if (header.isEmpty()) {
                begin(cells);
                return Optional.empty();
            }
            if (cells.size() != header.size()) {
                throw new BadRow(
                        "it must have %d cells as the header has, but has %d".formatted(header.size(), cells.size()));
            }
            var named = new LinkedHashMap<String, String>();
            Optional<String> device = Optional.empty();
            for (int i = 0; i < cells.size(); i++) {
                if (header.get(i).equals(DEVICE)) {
                    device = Optional.of(cells.get(i));
                } else if (i != timeColumn) {
                    named.put(header.get(i), cells.get(i));
                }
            }
            return Optional.of(new Row(cells.get(timeColumn), device, named));
        }

        private void begin(List<String> names) {
            for (int i = 0; i < names.size(); i++) {
                if (timeColumn < 0 && columns.isTime(names.get(i))) {
                    timeColumn = i;
                }
            }
            if (timeColumn < 0) {
                throw new IllegalArgumentException(
                        "line 1 must be a header with a column %s, such as time,air.temperature,air.humidity; it has %s"
                                .formatted(
                                        columns.time()
                                                .map(name -> "\"" + Row.shortened(name) + "\"")
                                                .orElse("time"),
                                        Row.shortened(String.join(",", names))));
            }
            if (names.stream().distinct().count() < names.size()) {
                throw new IllegalArgumentException(
                        "line 1 names a column twice: " + Row.shortened(String.join(",", names)));
            }
            header = names;
        }

        private static List<String> cells(String line) throws BadRow {
            var cells = new ArrayList<String>();
            var cell = new StringBuilder();
            boolean quoted = false;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (c == '"') {
                    if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                        cell.append(c);
                        i++;
                    } else {
                        quoted = !quoted;
                    }
                } else if (c == ',' && !quoted) {
                    cells.add(cell.toString().strip());
                    cell.setLength(0);
                } else {
                    cell.append(c);
                }
            }
            if (quoted) {
                throw new BadRow("a quotation mark is not closed");
            }
            cells.add(cell.toString().strip());
            return cells;
        }
    }

    /// A JSON object on each line: columns by name, or an event as it stands in Kafka.
    final class Json implements Rows {
        private static final JsonFactory FACTORY = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(4)
                        .maxStringLength(1_000)
                        .build())
                .build();

        private final Columns columns;

        Json(Columns columns) {
            this.columns = columns;
        }

        @Override
        public Optional<Row> row(String line) throws BadRow {
            if (line.isBlank()) {
                return Optional.empty();
            }
            var members = members(line);
            var time = members.keySet().stream()
                    .filter(columns::isTime)
                    .findFirst()
                    .orElseThrow(() -> new BadRow("it has no member time"));
            var when = String.valueOf(members.remove(time));
            var device = Optional.ofNullable(members.remove("device"));
            var sensor = members.remove("sensor");
            if (sensor == null) {
                return Optional.of(new Row(when, device, members));
            }
            var quality = members.remove("quality");
            var kind = members.remove("kind");
            if (quality != null && !quality.equals("good")) {
                throw new BadRow("its quality is " + Row.shortened(quality));
            }
            if (kind != null && kind.equals("dropped")) {
                throw new BadRow("it tells of events that were dropped");
            }
            members.remove("delivery");
            var cells = new LinkedHashMap<String, String>();
            members.forEach((quantity, value) -> cells.put(sensor + "." + quantity, value));
            return Optional.of(new Row(when, device, cells));
        }

        private static Map<String, String> members(String line) throws BadRow {
            var members = new LinkedHashMap<String, String>();
            try (var json = FACTORY.createParser(ObjectReadContext.empty(), line)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw new BadRow(
                            "it must be a JSON object, such as {\"time\":\"2026-06-01T06:00:00Z\",\"air.temperature\":21.4}");
                }
                for (var name = json.nextName(); name != null; name = json.nextName()) {
                    var token = json.nextToken();
                    if (token.isStructStart()) {
                        throw new BadRow(
                                "member %s must be a number, a text, true or false".formatted(Row.shortened(name)));
                    }
                    members.put(name, token == JsonToken.VALUE_NULL ? "" : json.getString());
                }
            } catch (JacksonException wrong) {
                throw new BadRow("it is no JSON: " + Row.shortened(wrong.getOriginalMessage()));
            }
            return members;
        }
    }
}
