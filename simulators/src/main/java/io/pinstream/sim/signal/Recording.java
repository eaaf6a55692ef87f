package io.pinstream.sim.signal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Recorded data as signals: a CSV with a header whose first column is `date` (ISO 8601, taken as UTC).
///
/// Between two rows a signal goes straight from one to the other. Behind the last row the recording begins again,
/// after whole days, so that its nights stay nights; it covers all time.
public final class Recording {
    /// What is taken into memory at most.
    static final int MOST_ROWS = 1_000_000;

    private static final String SEATTLE = "/seattle-weather-hourly-normals.csv";
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final List<String> columns;
    private final long[] times;
    private final double[][] figures;
    private final long length;

    private Recording(List<String> columns, long[] times, double[][] figures) {
        this.columns = columns;
        this.times = times;
        this.figures = figures;
        long span = times[times.length - 1] - times[0];
        this.length = (span / DAY_MILLIS + 1) * DAY_MILLIS;
    }

    /// A year of weather in Seattle: `pressure` in hPa, `temperature` in °C, `wind` in m/s.
    public static Recording seattle() {
        try (var in = Recording.class.getResourceAsStream(SEATTLE)) {
            if (in == null) {
                throw new IllegalStateException(SEATTLE + " is not packed; this is a bug in the simulators");
            }
            return read(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new IllegalStateException(SEATTLE + " cannot be read; this is a bug in the simulators", unreadable);
        }
    }

    /// Reads a CSV.
    ///
    /// @throws IOException if it cannot be read
    /// @throws IllegalArgumentException if it is no such CSV; says the line and the remedy
    public static Recording read(Reader csv) throws IOException {
        var lines = new BufferedReader(csv);
        var header = lines.readLine();
        if (header == null || !header.startsWith("date,")) {
            throw new IllegalArgumentException(
                    "line 1 must be a header that begins with \"date,\", such as " + "date,pressure,temperature,wind");
        }
        var columns = List.of(header.substring("date,".length()).split(",", -1));
        var times = new ArrayList<Long>();
        var rows = new ArrayList<double[]>();
        int number = 1;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (rows.size() == MOST_ROWS) {
                throw new IllegalArgumentException("a recording may have %d rows at most".formatted(MOST_ROWS));
            }
            var cells = line.split(",", -1);
            if (cells.length != columns.size() + 1) {
                throw new IllegalArgumentException("line %d must have %d cells as the header has, but has %d"
                        .formatted(number, columns.size() + 1, cells.length));
            }
            times.add(time(cells[0], number));
            rows.add(row(cells, number));
            if (times.size() > 1 && times.getLast() <= times.get(times.size() - 2)) {
                throw new IllegalArgumentException(
                        "line %d must be later than the line before, but is %s".formatted(number, cells[0]));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a recording needs at least one row below its header");
        }
        return new Recording(
                columns, times.stream().mapToLong(Long::longValue).toArray(), rows.toArray(double[][]::new));
    }

    private static long time(String cell, int line) {
        try {
            return LocalDateTime.parse(cell).toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException(
                    "line %d must begin with a date such as 2010-01-01T01:00:00, but begins with \"%s\""
                            .formatted(line, cell),
                    wrong);
        }
    }

    private static double[] row(String[] cells, int line) {
        var row = new double[cells.length - 1];
        for (int i = 0; i < row.length; i++) {
            try {
                row[i] = Double.parseDouble(cells[i + 1]);
                Figures.check("figure", row[i]);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "line %d cell %d must be a number, but is \"%s\"".formatted(line, i + 2, cells[i + 1]), wrong);
            }
        }
        return row;
    }

    public int rows() {
        return times.length;
    }

    /// One column as a signal.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    public Signal column(String name) {
        int column = columns.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException(
                    "column must be one of %s, but was \"%s\"".formatted(String.join(", ", columns), name));
        }
        return time -> at(column, time);
    }

    private double at(int column, Instant time) {
        long position = times[0] + Math.floorMod(time.toEpochMilli() - times[0], length);
        int found = Arrays.binarySearch(times, position);
        if (found >= 0) {
            return figures[found][column];
        }
        int after = -found - 1; // never 0: the position is not before the first row
        boolean last = after == times.length;
        long from = times[after - 1];
        long to = last ? times[0] + length : times[after];
        double before = figures[after - 1][column];
        double behind = figures[last ? 0 : after][column];
        return before + (behind - before) * (position - from) / (to - from);
    }
}
