package io.pinstream.agent.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One segment file, and what is known of the rows in it. Where its rows begin is kept only for the segment that
/// is read and the one that is written: an outbox of 256 MiB costs some KiB of memory, not a line a row.
///
/// For one thread, or under its owner's lock.
final class Segment {
    static final String SUFFIX = ".seg";

    private static final int NOWHERE = -1;

    /// Of one row: where its frame begins, and how many events it has.
    private static final class Index {
        private int[] offsets = new int[64];
        private int[] events = new int[64];
        private int used;

        void put(int place, int at, int howMany) {
            if (place >= offsets.length) {
                int length = Math.max(place + 1, offsets.length * 2);
                offsets = Arrays.copyOf(offsets, length);
                events = Arrays.copyOf(events, length);
            }
            if (place > used) { // rows that lie in a gap
                Arrays.fill(offsets, used, place, NOWHERE);
            }
            offsets[place] = at;
            events[place] = howMany;
            used = Math.max(used, place + 1);
        }

        int at(int place) {
            return place < used ? offsets[place] : NOWHERE;
        }

        long events(int from, int to) {
            long sum = 0;
            for (int i = from; i < Math.min(to, used); i++) {
                sum += offsets[i] == NOWHERE ? 0 : events[i];
            }
            return sum;
        }
    }

    private final Path file;
    private final long firstRow;
    private long lastRow;
    private long lastAccounted;
    private long samples;
    private long events;
    private int size;
    private @Nullable Index index;

    Segment(Path file, long firstRow) {
        this.file = file;
        this.firstRow = firstRow;
        this.lastRow = firstRow - 1;
        this.lastAccounted = lastRow;
    }

    static String nameFor(long firstRow) {
        return "%020d%s".formatted(firstRow, SUFFIX);
    }

    Path file() {
        return file;
    }

    /// The first row that it may hold; also its name.
    long firstRow() {
        return firstRow;
    }

    /// The last row in it, one less than [#firstRow] while there is none.
    long lastRow() {
        return lastRow;
    }

    boolean isEmpty() {
        return lastRow < firstRow;
    }

    /// Whether it holds rows that are no edges.
    boolean hasSamples() {
        return samples > 0;
    }

    /// Events of all its rows.
    long events() {
        return events;
    }

    int size() {
        return size;
    }

    void grownTo(int newSize) {
        size = newSize;
    }

    /// Keeps where the rows are from now on: for a segment that is being written.
    void index() {
        if (index == null && isEmpty()) {
            index = new Index();
        }
    }

    /// A row was written, or found.
    void add(long row, int at, int rowEvents, boolean edges) {
        if (index != null) {
            index.put(place(row), at, rowEvents);
        }
        lastRow = Math.max(lastRow, row);
        events += rowEvents;
        if (!edges) {
            samples++;
        }
    }

    /// It has the record of a gap that ends at this row.
    void names(long lastOfGap) {
        lastAccounted = Math.max(lastAccounted, lastOfGap);
    }

    /// Whether nothing in it, row or gap, is needed once rows up to this one are acknowledged.
    boolean isDoneWith(long acked) {
        return Math.max(lastRow, lastAccounted) <= acked;
    }

    boolean holds(long row) {
        return firstRow <= row && row <= lastRow;
    }

    /// Forgets where its rows are, until somebody asks again.
    void forgetIndex() {
        index = null;
    }

    /// How many events the rows up to this one have.
    long eventsUpTo(long row) throws IOException {
        if (row < firstRow) {
            return 0;
        }
        return row >= lastRow ? events : loaded().events(0, place(row) + 1);
    }

    /// The frame of a row.
    ///
    /// @throws IOException if the row is not there, or what is there is no longer what was written
    Frame frame(long row) throws IOException {
        int at = holds(row) ? loaded().at(place(row)) : NOWHERE;
        if (at == NOWHERE) {
            throw new IOException("row %d is not in segment %s".formatted(row, file.getFileName()));
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var header = ByteBuffer.allocate(Frame.HEADER);
            readFully(channel, header, at);
            int length = header.getInt(2);
            if (length >= 0 && length <= Frame.LONGEST_BODY) {
                var whole = ByteBuffer.allocate(Frame.HEADER + length);
                readFully(channel, whole, at);
                var frame = Frame.at(whole.flip(), 0);
                if (frame != null) {
                    return frame;
                }
            }
            throw new DamagedRow(row, file);
        }
    }

    private Index loaded() throws IOException {
        if (index == null) {
            var found = new Index();
            SegmentScan.of(bytes(file), frame -> {
                if (frame.type() == Frame.Type.ROW) {
                    var row = Records.row(frame.body());
                    if (holds(row.row())) {
                        found.put(place(row.row()), frame.at(), row.events());
                    }
                }
            });
            index = found;
        }
        return index;
    }

    private int place(long row) {
        return Math.toIntExact(row - firstRow);
    }

    /// Everything in the file. A segment is a few MiB at most.
    static ByteBuffer bytes(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            readFully(channel, bytes, 0);
            return bytes.flip();
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) >= 0) {
            // the rest
        }
    }
}
