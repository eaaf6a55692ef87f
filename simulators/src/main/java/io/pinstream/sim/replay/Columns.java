package io.pinstream.sim.replay;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which column of a recording is what: `sensor.quantity`, or the time. A column that is named like that needs no
/// word more; a small file names the others:
///
/// ```yaml
/// time: Timestamp
/// columns:
///   "Temp (C)": {sensor: air, quantity: temperature}
/// ```
///
/// @param time the time's column; none for one that is named `time`, `date` or `timestamp`
/// @param names what the other columns are, by the name in the file
public record Columns(Optional<String> time, Map<String, Column> names) {
    /// Nothing but the names in the file itself.
    public static final Columns BY_NAME = new Columns(Optional.empty(), Map.of());

    private static final List<String> TIMES = List.of("time", "date", "timestamp");

    /// A quantity of a sensor.
    public record Column(SensorId sensor, String quantity) {
        public Column {
            var problem = Quantity.problemWith(quantity);
            if (problem.isPresent()) {
                throw new IllegalArgumentException(problem.get());
            }
        }

        @Override
        public String toString() {
            return sensor + "." + quantity;
        }
    }

    /// What a file with column names says.
    public record Read(Optional<Columns> columns, List<Problem> problems) {}

    public Columns {
        names = Map.copyOf(names);
    }

    public static Read read(Path file) {
        var tree = ConfigTree.read(file);
        tree.kind("column map");
        var time = tree.optionalText("time");
        var names = new LinkedHashMap<String, Column>();
        tree.sections("columns").forEach((name, column) -> {
            column.kind("column");
            var built = column.build(() -> new Column(new SensorId(column.text("sensor")), column.text("quantity")));
            built.ifPresent(one -> names.put(name, one));
        });
        var problems = tree.finish();
        return new Read(problems.isEmpty() ? Optional.of(new Columns(time, names)) : Optional.empty(), problems);
    }

    boolean isTime(String name) {
        return time.map(name::equals).orElse(TIMES.contains(name));
    }

    /// What a column is; empty if its name does not say it.
    Optional<Column> of(String name) {
        var named = names.get(name);
        if (named != null) {
            return Optional.of(named);
        }
        int dot = name.lastIndexOf('.');
        if (dot < 1
                || SensorId.problemWith(name.substring(0, dot)).isPresent()
                || Quantity.problemWith(name.substring(dot + 1)).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Column(new SensorId(name.substring(0, dot)), name.substring(dot + 1)));
    }
}
