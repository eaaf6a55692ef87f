package io.pinstream.sim.bench;

import java.util.Map;
import java.util.TreeMap;

/// What one run measured.
///
/// @param events how many events arrived in Kafka
/// @param seconds from the first to the last
/// @param cpuSeconds of each process
/// @param residentMiB of each process at the end
/// @param latencyMicros time from sending a pack to the word that it is committed: p50, p99; empty where nobody
///     says so
record Result(
        String name,
        long events,
        double seconds,
        Map<String, Double> cpuSeconds,
        Map<String, Long> residentMiB,
        Map<String, Long> latencyMicros) {
    double eventsPerSecond() {
        return events / seconds;
    }

    /// A table row: rate, CPU-seconds of each process per million events, resident memory, latency.
    String line() {
        var text = new StringBuilder("%-28s %9.0f events/s ".formatted(name, eventsPerSecond()));
        new TreeMap<>(cpuSeconds)
                .forEach((process, cpu) -> text.append("  %s %.1f".formatted(process, cpu * 1e6 / events)));
        text.append("  CPU-s per million;");
        new TreeMap<>(residentMiB).forEach((process, mib) -> text.append(" %s %d".formatted(process, mib)));
        text.append(" MiB");
        latencyMicros.forEach((name, micros) -> text.append("  %s %.1f ms".formatted(name, micros / 1_000.0)));
        return text.toString();
    }
}
