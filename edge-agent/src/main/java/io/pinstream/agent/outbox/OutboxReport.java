package io.pinstream.agent.outbox;

import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is in an outbox, for a person or a script. Only looks.
///
/// @param owner whose it is, if anybody's yet
/// @param acked rows up to here are committed
/// @param lastRow the last row
/// @param events events that wait, in rows that are there
/// @param gaps ranges of rows that were dropped or damaged and not yet reported to the hub
/// @param damages what was found damaged
public record OutboxReport(
        Path folder,
        Optional<Owner> owner,
        Optional<StreamId> stream,
        long acked,
        long lastRow,
        long events,
        long bytes,
        int segments,
        List<String> gaps,
        List<String> damages) {
    /// @throws IOException if there is no outbox, or it cannot be read
    public static OutboxReport read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                    "there is no outbox at %s: has the agent run with this configuration?".formatted(folder));
        }
        var found = Recovery.read(folder);
        long events = 0;
        long bytes = 0;
        for (var segment : found.segments) {
            events += segment.events() - segment.eventsUpTo(found.memory.acked());
            bytes += segment.size();
        }
        var gaps = new ArrayList<String>();
        for (var gap : found.gaps.all()) {
            var dropped = gap.dropped();
            gaps.add("rows %d to %d: %d events from %s to %s, %s"
                    .formatted(
                            gap.first(), gap.last(), dropped.events(), dropped.from(), dropped.to(), dropped.reason()));
        }
        return new OutboxReport(
                folder,
                Owner.of(folder),
                found.memory.stream(),
                found.memory.acked(),
                found.lastRow,
                events,
                bytes,
                found.segments.size(),
                gaps,
                found.damages);
    }

    /// For a person.
    public String text() {
        var text = new StringBuilder();
        line(text, "folder", folder);
        line(text, "device", owner.map(o -> o.device().value()).orElse("none yet"));
        line(text, "stream", stream.map(StreamId::toString).orElse("none yet: no hub has answered"));
        line(text, "waiting", "%d packs (rows %d to %d), %d events".formatted(waiting(), acked + 1, lastRow, events));
        line(text, "on disk", "%d bytes in %d segments".formatted(bytes, segments));
        gaps.forEach(gap -> line(text, "gap", gap));
        damages.forEach(damage -> line(text, "damage", damage));
        return text.toString();
    }

    /// For a script: one object on one line.
    public String json() {
        return "{\"folder\":%s,\"device\":%s,\"stream\":%s,\"acked\":%d,\"last\":%d,\"packs\":%d,\"events\":%d,\"bytes\":%d,\"segments\":%d,\"gaps\":%d,\"damages\":%d}%n"
                .formatted(
                        quoted(folder.toString()),
                        owner.map(o -> quoted(o.device().value())).orElse("null"),
                        stream.map(s -> quoted(s.toString())).orElse("null"),
                        acked,
                        lastRow,
                        waiting(),
                        events,
                        bytes,
                        segments,
                        gaps.size(),
                        damages.size());
    }

    private long waiting() {
        return lastRow - acked;
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append("%-8s %s%n".formatted(name, value));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
