package io.pinstream.sim.replay;

import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.sim.device.Sources;
import io.pinstream.sim.signal.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// A recording: what sensors of one device have shown, by quantity and time. Read from a `.csv` with a header or a
/// `.jsonl`; what cannot be used is named, row by row, and counted.
public final class Recorded implements Sources {
    /// Figures that are taken into memory at most.
    static final int MOST_FIGURES = 20_000_000;

    private static final int LONGEST_LINE = 1 << 16;
    private static final int MOST_NAMED = 20;

    private final SequencedMap<Columns.Column, Series> series = new LinkedHashMap<>();
    private final Set<Columns.Column> shown = ConcurrentHashMap.newKeySet();
    private final Set<String> unknown = new LinkedHashSet<>();
    private final TreeMap<String, Integer> devices = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private long bad;
    private long rows;
    private long figures;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    private Recorded() {}

    /// Reads a file.
    ///
    /// @param device only this device's rows, where the file says whose they are
    /// @throws IOException if it cannot be read
    /// @throws IllegalArgumentException if there is nothing in it that can be used; says why
    public static Recorded read(Path file, Columns columns, Optional<String> device) throws IOException {
        var name = String.valueOf(file.getFileName());
        var recorded = new Recorded();
        try (var lines = Files.newBufferedReader(file)) {
            recorded.read(lines, rows(name, columns), columns, device);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file, missing);
        } catch (CharacterCodingException wrong) {
            throw new IOException("%s is not UTF-8 text".formatted(file), wrong);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
        }
        recorded.check(file, device);
        return recorded;
    }

    private static Rows rows(String name, Columns columns) {
        if (name.endsWith(".csv")) {
            return new Rows.Csv(columns);
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return new Rows.Json(columns);
        }
        throw new IllegalArgumentException("its name must end in .csv or .jsonl");
    }

    private void read(BufferedReader lines, Rows reader, Columns columns, Optional<String> device) throws IOException {
        int number = 0;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            try {
                if (line.length() > LONGEST_LINE) {
                    throw new BadRow("it has more than %d characters".formatted(LONGEST_LINE));
                }
                var text = number == 1 && line.startsWith("\ufeff") ? line.substring(1) : line;
                var row = reader.row(text);
                if (row.isPresent() && isOf(device, row.get())) {
                    take(row.get(), columns);
                    rows++;
                }
            } catch (BadRow wrong) {
                bad++;
                if (problems.size() < MOST_NAMED) {
                    problems.add("line %d is left out: %s".formatted(number, wrong.reason()));
                }
            }
        }
    }

    private boolean isOf(Optional<String> wanted, Row row) {
        row.device().ifPresent(device -> devices.merge(device, 1, Integer::sum));
        if (wanted.isEmpty() && devices.size() > 1) {
            throw new IllegalArgumentException("it has rows of several devices (%s, ...): choose one with --device"
                    .formatted(String.join(", ", devices.keySet())));
        }
        return wanted.isEmpty() || row.device().isEmpty() || row.device().equals(wanted);
    }

    /// All of a row or nothing of it.
    private void take(Row row, Columns columns) throws BadRow {
        long time = micros(row.instant());
        var found = new LinkedHashMap<Columns.Column, Double>();
        for (var cell : row.cells().entrySet()) {
            var column = columns.of(cell.getKey());
            if (column.isEmpty()) {
                unknown.add(Row.shortened(cell.getKey()));
            } else if (!cell.getValue().isEmpty()) {
                found.put(column.get(), Row.number(cell.getKey(), cell.getValue()));
            }
        }
        for (var column : found.keySet()) {
            var one = series.get(column);
            if (one != null && !one.isBefore(time)) {
                throw new BadRow("its time must be later than the last one of %s".formatted(column));
            }
        }
        found.forEach((column, figure) -> add(time, column, figure));
    }

    private void add(long time, Columns.Column column, double figure) {
        if (++figures > MOST_FIGURES) {
            throw new IllegalArgumentException("it has more than %,d figures: split it".formatted(MOST_FIGURES));
        }
        var one = series.computeIfAbsent(column, _ -> new Series());
        if (column.quantity().equals(Quantity.ACTIVE.name())) {
            one.changesInSteps();
        }
        one.add(time, figure);
        first = Math.min(first, time);
        last = Math.max(last, time);
    }

    private void check(Path file, Optional<String> device) {
        if (!series.isEmpty()) {
            return;
        }
        var why = device.isPresent() && !devices.isEmpty() && !devices.containsKey(device.get())
                ? "it has rows of %s, but none of %s".formatted(String.join(", ", devices.keySet()), device.get())
                : !problems.isEmpty()
                        ? problems.getFirst()
                        : unknown.isEmpty()
                                ? "it has no rows"
                                : "none of its columns (%s) is named sensor.quantity, such as air.temperature: rename them, or say with --map what they are"
                                        .formatted(String.join(", ", unknown));
        throw new IllegalArgumentException("nothing of %s can be replayed: %s".formatted(file, why));
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    @Override
    public Optional<Signal> of(SensorId sensor, String quantity) {
        var column = new Columns.Column(sensor, quantity);
        var found = series.get(column);
        if (found != null) {
            shown.add(column);
        }
        return Optional.ofNullable(found);
    }

    /// What has been asked for: what chips show.
    public Set<Columns.Column> shown() {
        return Set.copyOf(shown);
    }

    /// What is recorded.
    public Set<Columns.Column> columns() {
        return Set.copyOf(series.keySet());
    }

    /// Columns whose names do not say what they are.
    public Set<String> unknown() {
        return Set.copyOf(unknown);
    }

    /// The first bad rows with their lines, 20 at most.
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /// How many rows were left out.
    public long bad() {
        return bad;
    }

    /// How many rows are taken.
    public long rows() {
        return rows;
    }

    public Instant begin() {
        return instant(first);
    }

    public Instant end() {
        return instant(last);
    }
}
