package io.pinstream.sim.replay;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A file of events that [Recorded] reads back: `.jsonl` holds them as they stand in Kafka, `.csv` as columns.
/// Never writes over a file. For one thread.
public final class EventFile implements AutoCloseable {
    private static final int MOST_ROWS = 1_000_000;

    private final Path file;
    private final BufferedWriter out;
    private final boolean isCsv;
    private final Rows reader = new Rows.Json(Columns.BY_NAME);
    /// A CSV's columns are known only at the end.
    private final List<Row> rows = new ArrayList<>();

    private final LinkedHashSet<String> leftOut = new LinkedHashSet<>();
    private long written;
    private long bad;
    private @Nullable String device;

    private EventFile(Path file, BufferedWriter out, boolean isCsv) {
        this.file = file;
        this.out = out;
        this.isCsv = isCsv;
    }

    /// @throws IOException if it is there already, or cannot be written
    /// @throws IllegalArgumentException if its name says neither form
    public static EventFile create(Path file) throws IOException {
        var name = String.valueOf(file.getFileName());
        if (!name.endsWith(".csv") && !name.endsWith(".jsonl")) {
            throw new IllegalArgumentException("the file's name must end in .csv or .jsonl, but was " + name);
        }
        try {
            var out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new EventFile(file, out, name.endsWith(".csv"));
        } catch (FileAlreadyExistsException there) {
            throw new IOException("%s is there already: choose another name, or remove it".formatted(file), there);
        }
    }

    /// Takes an event as it stands in Kafka. What a CSV cannot hold is counted and left out.
    ///
    /// @throws IllegalArgumentException if a CSV gets events of a second device, or too many
    public void add(String json) throws IOException {
        if (!isCsv) {
            out.write(json);
            out.newLine();
            written++;
            return;
        }
        try {
            var row = reader.row(json);
            if (row.isPresent()) {
                add(row.get());
            }
        } catch (BadRow wrong) {
            bad++;
            if (leftOut.size() < 20) {
                leftOut.add(wrong.reason());
            }
        }
    }

    private void add(Row row) {
        var from = row.device().orElse("");
        if (device != null && !device.equals(from)) {
            throw new IllegalArgumentException(
                    "a .csv holds one device, but there are events of %s and %s: choose one with --device, or write a .jsonl"
                            .formatted(device, from));
        }
        if (rows.size() == MOST_ROWS) {
            throw new IllegalArgumentException(
                    "a .csv may have %,d rows at most: choose a shorter time, or write a .jsonl".formatted(MOST_ROWS));
        }
        device = from;
        rows.add(row);
        written++;
    }

    /// How many events are in it.
    public long written() {
        return written;
    }

    /// How many a CSV could not hold.
    public long bad() {
        return bad;
    }

    /// Why: each reason once, 20 at most.
    public List<String> reasons() {
        return List.copyOf(leftOut);
    }

    @Override
    public void close() throws IOException {
        try (out) {
            if (isCsv) {
                writeCsv();
            }
        } catch (IOException failed) {
            throw new IOException("%s cannot be written: %s".formatted(file, failed.getMessage()), failed);
        }
    }

    private void writeCsv() throws IOException {
        var names = new TreeSet<String>();
        rows.forEach(row -> names.addAll(row.cells().keySet()));
        var line = new ArrayList<>(List.of("time"));
        line.addAll(names);
        write(line);
        for (var row : rows) {
            line.clear();
            line.add(row.time());
            names.forEach(
                    name -> line.add(Optional.ofNullable(row.cells().get(name)).orElse("")));
            write(line);
        }
    }

    private void write(List<String> cells) throws IOException {
        for (int i = 0; i < cells.size(); i++) {
            var cell = cells.get(i);
            out.write(i == 0 ? "" : ",");
            out.write(cell.contains(",") || cell.contains("\"") ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
        }
        out.newLine();
    }
}
