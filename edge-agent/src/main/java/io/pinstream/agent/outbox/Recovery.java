package io.pinstream.agent.outbox;

import io.pinstream.delivery.Courier;
import io.pinstream.event.Dropped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What is found on the disk when an outbox is opened. Reads only: an outbox that is in use may be looked at.
///
/// The segments are read in the order of their rows; what a later record says takes the place of what an earlier
/// one said. Afterwards every row number is accounted for: it is in a segment, in a gap, or was acknowledged.
final class Recovery {
    private static final String DAMAGED = "damaged on the disk; the times are those of the file";

    /// Row numbers that nothing was found for.
    private record Missing(long first, long last, Instant fileTime) {}

    final Deque<Segment> segments = new ArrayDeque<>();
    final Gap.Gaps gaps = new Gap.Gaps();
    /// What was found wrong, in words; empty if nothing was.
    final List<String> damages = new ArrayList<>();

    /// Gaps that no record tells of yet.
    final List<Gap> unnamed = new ArrayList<>();

    Courier.Memory memory = Courier.Memory.NONE;
    /// The last row number that is taken.
    long lastRow;
    /// Where to go on writing in the last segment.
    int tailSize;
    /// Whether the last segment must be left as it is, and a new one begun: its end is torn, or gaps were found
    /// that it does not tell of.
    boolean tailIsBroken;

    private final List<Missing> missing = new ArrayList<>();

    private Recovery() {}

    /// @throws IOException if a file cannot be read; what is damaged inside a file is no failure
    static Recovery read(Path folder) throws IOException {
        var recovery = new Recovery();
        List<Path> files;
        try (var all = Files.list(folder)) {
            files = all.filter(file -> firstRowOf(file) > 0).sorted().toList();
        }
        long expected = files.isEmpty() ? 1 : firstRowOf(files.getFirst());
        for (var file : files) {
            expected = recovery.read(file, expected, file.equals(files.getLast()));
        }
        recovery.lastRow = expected - 1;
        recovery.settle();
        return recovery;
    }

    private static long firstRowOf(Path file) {
        var name = file.getFileName().toString();
        boolean ours = name.length() == Segment.nameFor(1).length()
                && name.endsWith(Segment.SUFFIX)
                && name.chars().limit(name.length() - Segment.SUFFIX.length()).allMatch(c -> c >= '0' && c <= '9');
        return ours ? Long.parseLong(name.substring(0, name.length() - Segment.SUFFIX.length())) : 0;
    }

    /// Reads one segment, and returns the row number that is expected next.
    private long read(Path file, long expectedBefore, boolean isTail) throws IOException {
        var segment = new Segment(file, firstRowOf(file));
        if (isTail) {
            segment.index();
        }
        var fileTime = Files.getLastModifiedTime(file).toInstant();
        var rows = new Object() {
            long expected = Math.max(expectedBefore, segment.firstRow());
        };
        miss(expectedBefore, segment.firstRow() - 1, fileTime);
        var scan = SegmentScan.of(Segment.bytes(file), frame -> {
            if (frame.type() == Frame.Type.ROW) {
                var row = Records.row(frame.body());
                if (row.row() >= rows.expected) {
                    miss(rows.expected, row.row() - 1, fileTime);
                    segment.add(row.row(), frame.at(), row.events(), row.edges());
                    rows.expected = row.row() + 1;
                }
            } else {
                take(frame.type(), frame.body(), segment);
            }
        });
        if (scan.damaged() > 0) {
            damages.add("%d bytes in segment %s are damaged".formatted(scan.damaged(), file.getFileName()));
        }
        segment.grownTo(scan.goodEnd());
        segments.add(segment);
        if (isTail) {
            tailSize = scan.goodEnd();
            tailIsBroken = scan.torn() > 0;
            long torn = scan.lastTorn(rows.expected - 1);
            if (tailIsBroken) {
                damages.add("the last %d bytes of segment %s are torn".formatted(scan.torn(), file.getFileName()));
            }
            miss(rows.expected, torn, fileTime);
            rows.expected = torn + 1;
        }
        return rows.expected;
    }

    private void take(Frame.Type type, ByteBuffer body, Segment segment) {
        switch (type) {
            case SNAPSHOT -> memory = Records.snapshot(body);
            case MEMORY -> memory = Records.memory(body);
            case ACKED -> acked(body.getLong(0));
            case GAP -> {
                var gap = Records.gap(body);
                gaps.add(gap);
                segment.names(gap.last());
            }
            case ROW -> throw new IllegalStateException("rows are taken elsewhere; this is a bug in the agent");
        }
    }

    private void acked(long row) {
        if (row > memory.acked()) {
            memory = new Courier.Memory(memory.stream(), memory.supersedes(), memory.base(), row);
        }
    }

    private void miss(long first, long last, Instant fileTime) {
        if (first <= last) {
            missing.add(new Missing(first, last, fileTime));
        }
    }

    /// Finds a reason for every row that is not there.
    private void settle() {
        for (var gap : gaps.all()) {
            lastRow = Math.max(lastRow, gap.last());
        }
        // A segment is deleted when all its rows are acknowledged, or lie in a gap; and that rows are acknowledged is
        // not always on the disk when they are deleted.
        if (!segments.isEmpty()) {
            long before = segments.getFirst().firstRow() - 1;
            acked(gaps.at(before).map(gap -> gap.first() - 1).orElse(before));
        }
        lastRow = Math.max(lastRow, memory.acked());
        for (var range : missing) {
            long row = Math.max(range.first, memory.acked() + 1);
            while (row <= range.last) {
                var known = gaps.at(row);
                if (known.isPresent()) {
                    row = known.get().last() + 1;
                    continue;
                }
                long end = row;
                while (end < range.last && gaps.at(end + 1).isEmpty()) {
                    end++;
                }
                var lost = new Gap(row, end, new Dropped(0, List.of(), range.fileTime, range.fileTime, DAMAGED));
                gaps.add(lost);
                unnamed.add(lost);
                damages.add("rows %d to %d are lost".formatted(row, end));
                tailIsBroken = true;
                row = end + 1;
            }
        }
        gaps.forgetUpTo(memory.acked());
    }
}
