package io.pinstream.sim.fleet;

import java.util.Locale;
import java.util.OptionalLong;

/// What a fleet has done.
///
/// @param packs made by all devices so far
/// @param sent packs sent for the first time
/// @param resent packs sent once more
/// @param acknowledged packs of this run that a hub has committed
/// @param known packs that a hub had already committed from an earlier run of the same plan, and that were not
///     sent
/// @param events how many are in each pack
/// @param connected devices that are connected now
/// @param answered devices that a hub has answered
/// @param connections how many were made in all
/// @param failures connections that failed or broke, but not those that a storm dropped
/// @param unheard messages that the broker took though nobody had subscribed to them
/// @param hubWentBack how often a hub had forgotten what it had committed
/// @param latency from the first sending of a pack to the hub's word that it is committed
/// @param bytes of memory for each device
/// @param lastFailure why a connection failed last; empty if none did
public record Report(
        int devices,
        double seconds,
        long packs,
        long sent,
        long resent,
        long acknowledged,
        long known,
        int events,
        int connected,
        int answered,
        long connections,
        long failures,
        long stormed,
        long silences,
        long unheard,
        long hubWentBack,
        Latency latency,
        PerDevice bytes,
        String lastFailure) {
    /// In milliseconds, at most 6 % too high.
    public record Latency(double p50, double p90, double p99, double p999, double most) {}

    /// In bytes; none if it was not measured, or cannot be on this system.
    ///
    /// @param heap what the heap holds after a collection, less what it held before the first device
    /// @param resident the whole process, the JVM with it
    public record PerDevice(OptionalLong heap, OptionalLong resident) {}

    /// Packs that no hub has committed yet.
    public long waiting() {
        return packs - acknowledged - known;
    }

    public String progress() {
        return "%5.0f s | %,d of %,d connected | packs %,d, acknowledged %,d, waiting %,d, sent again %,d | lost %,d, stormed %,d%s"
                .formatted(
                        seconds,
                        connected,
                        devices,
                        packs,
                        acknowledged + known,
                        waiting(),
                        resent,
                        failures,
                        stormed,
                        acknowledged + known == 0 && unheard > 0 ? " | no hub listens" : "");
    }

    /// Several lines for people.
    public String text() {
        var text = new StringBuilder();
        text.append("%,d devices, %.1f s%n".formatted(devices, seconds));
        text.append("packs        %,d made of %,d events each, %,d sent, %,d acknowledged, %,d not, %,d sent again%n"
                .formatted(packs, events, sent, acknowledged, waiting(), resent));
        if (known > 0) {
            text.append("             %,d were committed already: the same seed and start has run before%n"
                    .formatted(known));
        }
        text.append("latency      p50 %s, p90 %s, p99 %s, p99.9 %s, at most %s (sent to committed)%n"
                .formatted(
                        millis(latency.p50()),
                        millis(latency.p90()),
                        millis(latency.p99()),
                        millis(latency.p999()),
                        millis(latency.most())));
        text.append("connections  %,d made, %,d failed or lost, %,d dropped by storms, %,d silences of stragglers%n"
                .formatted(connections, failures, stormed, silences));
        text.append("memory       heap %s, whole process %s a device%n"
                .formatted(kilobytes(bytes.heap()), kilobytes(bytes.resident())));
        if (hubWentBack > 0) {
            text.append("THE HUB HAS FORGOTTEN what it had committed, %,d times%n".formatted(hubWentBack));
        }
        if (!lastFailure.isEmpty()) {
            text.append("last failure %s%n".formatted(lastFailure));
        }
        if (answered == 0) {
            text.append("no hub has answered: is pinstream-hub running, with this broker in its configuration?%n"
                    .formatted());
        }
        return text.toString();
    }

    private static String millis(double millis) {
        return millis >= 1_000 ? "%.1f s".formatted(millis / 1_000) : "%.1f ms".formatted(millis);
    }

    private static String kilobytes(OptionalLong bytes) {
        return bytes.isPresent() ? "%.1f KB".formatted(bytes.getAsLong() / 1e3) : "not measured";
    }

    /// One line for programs; a figure that is not known is null.
    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"devices\":%d,\"seconds\":%.3f,\"packs\":%d,\"events\":%d,\"sent\":%d,\"resent\":%d,"
                        + "\"acknowledged\":%d,\"known\":%d,\"waiting\":%d,\"answered\":%d,\"connections\":%d,"
                        + "\"failures\":%d,\"stormed\":%d,\"silences\":%d,\"unheard\":%d,\"hub_went_back\":%d,"
                        + "\"p50_ms\":%.3f,\"p90_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,"
                        + "\"heap_bytes_per_device\":%s,\"resident_bytes_per_device\":%s}",
                devices,
                seconds,
                packs,
                packs * events,
                sent,
                resent,
                acknowledged,
                known,
                waiting(),
                answered,
                connections,
                failures,
                stormed,
                silences,
                unheard,
                hubWentBack,
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.p999(),
                latency.most(),
                orNull(bytes.heap()),
                orNull(bytes.resident()));
    }

    private static String orNull(OptionalLong figure) {
        return figure.isPresent() ? Long.toString(figure.getAsLong()) : "null";
    }
}
