package io.pinstream.agent.watch;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Writes meters as Prometheus reads them: its text format 0.0.4.
///
/// Micrometer has a registry that does this; its jars weigh as much as the whole agent. A counter is called
/// `…_total`, a timer is a summary `…_seconds` with a sum and a count and no quantiles.
final class Exposition {
    private Exposition() {}

    /// Every meter, by name.
    static String of(MeterRegistry registry) {
        var families = new TreeMap<String, List<Meter>>();
        for (var meter : registry.getMeters()) {
            families.computeIfAbsent(family(meter.getId()), _ -> new ArrayList<>())
                    .add(meter);
        }
        var text = new StringBuilder();
        families.forEach((name, meters) -> {
            var first = meters.getFirst().getId();
            var help = Objects.requireNonNullElse(first.getDescription(), "");
            text.append(
                    "# HELP %s %s\n".formatted(name, help.replace("\\", "\\\\").replace("\n", "\\n")));
            text.append("# TYPE %s %s\n".formatted(name, type(first)));
            meters.forEach(meter -> write(text, name, meter));
        });
        return text.toString();
    }

    private static String family(Meter.Id id) {
        var name = id.getName().replaceAll("[^a-zA-Z0-9_]", "_");
        return switch (id.getType()) {
            case COUNTER -> name + "_total";
            case TIMER, LONG_TASK_TIMER -> name + "_seconds";
            case GAUGE, DISTRIBUTION_SUMMARY, OTHER -> name;
        };
    }

    private static String type(Meter.Id id) {
        return switch (id.getType()) {
            case COUNTER -> "counter";
            case TIMER, LONG_TASK_TIMER, DISTRIBUTION_SUMMARY -> "summary";
            case GAUGE, OTHER -> "gauge";
        };
    }

    private static void write(StringBuilder text, String name, Meter meter) {
        boolean isSummary = type(meter.getId()).equals("summary");
        for (var measurement : meter.measure()) {
            var statistic = measurement.getStatistic();
            if (statistic == Statistic.MAX) {
                continue; // decays by a clock of its own, and Prometheus has better ones
            }
            var suffix = !isSummary ? "" : statistic == Statistic.COUNT ? "_count" : "_sum";
            text.append(name)
                    .append(suffix)
                    .append(labels(meter.getId().getTags()))
                    .append(' ')
                    .append(number(measurement.getValue()))
                    .append('\n');
        }
    }

    private static String labels(List<Tag> tags) {
        return tags.isEmpty()
                ? ""
                : tags.stream()
                        .map(tag ->
                                tag.getKey().replaceAll("[^a-zA-Z0-9_]", "_") + "=\"" + escaped(tag.getValue()) + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(value); // "NaN" is its name there, too
    }
}
