package io.pinstream.agent.outbox;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Dropped;
import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import io.pinstream.wire.SenmlCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Chooses what goes when there is no more room, and finds out what it was, so that it can be named.
final class DroppedRows {
    /// What becomes of a segment.
    ///
    /// @param kept rows with edges, which go only when there is nothing else
    /// @param gaps the rows that go, each run of them as one
    /// @param recorded gaps that the segment has the record of, and which must not go with it
    /// @param events how many events go
    record Rest(List<Records.Row> kept, List<Gap> gaps, List<Gap> recorded, long events, String reason) {}

    private final DeviceId device;

    DroppedRows(DeviceId device) {
        this.device = device;
    }

    /// @param acked rows up to this one go without a name: they are committed
    /// @param named rows that have a name already
    Rest dropFrom(Segment segment, long acked, LongPredicate named, long maxBytes) throws IOException {
        var reason = "outbox full at %d bytes, oldest dropped".formatted(maxBytes);
        var kept = new ArrayList<Records.Row>();
        var gaps = new ArrayList<Gap>();
        var recorded = new ArrayList<Gap>();
        var run = new Run(reason);
        boolean onlyEdges = !segment.hasSamples();
        var fileTime = Files.getLastModifiedTime(segment.file()).toInstant();
        SegmentScan.of(Segment.bytes(segment.file()), frame -> {
            if (frame.type() == Frame.Type.GAP) {
                recorded.add(Records.gap(frame.body()));
            }
            if (frame.type() != Frame.Type.ROW) {
                return;
            }
            var row = Records.row(frame.body());
            if (row.row() <= acked || named.test(row.row())) {
                return;
            }
            if (row.edges() && !onlyEdges) {
                kept.add(row);
            } else {
                if (!run.takes(row.row())) {
                    gaps.add(run.end());
                }
                run.add(row, events(row), fileTime);
            }
        });
        if (!run.isEmpty()) {
            gaps.add(run.end());
        }
        long events = gaps.stream().mapToLong(gap -> gap.dropped().events()).sum();
        return new Rest(kept, gaps, recorded, events, reason);
    }

    private List<Event> events(Records.Row row) {
        return switch (SenmlCodec.decode(device, row.payload(), SenmlCodec.Limits.DEFAULT)) {
            case SenmlCodec.Decoded.Events(List<Event> events) -> events;
            case SenmlCodec.Decoded.Malformed _ -> List.of(); // the count is known without it
        };
    }

    /// Rows in a row that go.
    private static final class Run {
        private final String reason;
        private final Set<SensorId> sensors = new LinkedHashSet<>();
        private long first;
        private long last;
        private long events;
        private @Nullable Instant from;
        private @Nullable Instant to;

        Run(String reason) {
            this.reason = reason;
        }

        boolean isEmpty() {
            return last == 0;
        }

        /// Whether the row comes right behind what is in it.
        boolean takes(long row) {
            return isEmpty() || row == last + 1;
        }

        void add(Records.Row row, List<Event> decoded, Instant unknown) {
            first = isEmpty() ? row.row() : first;
            last = row.row();
            events += row.events();
            var times = decoded.stream().map(Event::time).sorted().toList();
            var earliest = times.isEmpty() ? unknown : times.getFirst();
            var latest = times.isEmpty() ? unknown : times.getLast();
            from = from == null || earliest.isBefore(from) ? earliest : from;
            to = to == null || latest.isAfter(to) ? latest : to;
            decoded.forEach(event -> sensors.add(event.sensor()));
        }

        Gap end() {
            if (from == null || to == null) {
                throw new IllegalStateException("a run of no rows has ended; this is a bug in the agent");
            }
            var gap = new Gap(
                    first,
                    last,
                    new Dropped(events, sensors.stream().limit(Gap.SENSORS).toList(), from, to, reason));
            sensors.clear();
            first = 0;
            last = 0;
            events = 0;
            from = null;
            to = null;
            return gap;
        }
    }
}
