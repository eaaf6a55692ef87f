package io.pinstream.agent.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One segment file, and what is known of the rows in it. Where its rows begin is kept only while somebody reads it:
/// an outbox of 256 MiB costs some KiB a segment and not a line a row.
final class Segment {
    private static final int NOWHERE = -1;

    final Path file;
    final long firstRow;
    /// The last row that was written to it, one less than `firstRow` while there is none.
    long lastRow;
    int size;
    long samples;
    long edges;
    /// Events of rows, for the figures; dropped rows are taken off.
    long events;

    /// Where the frame of row `firstRow + i` begins; null while nobody reads.
    private int @Nullable [] offsets;

    Segment(Path file, long firstRow) {
        this.file = file;
        this.firstRow = firstRow;
        this.lastRow = firstRow - 1;
        this.offsets = new int[64];
    }

    void add(long row, int at, int rowEvents, boolean edge) {
        if (offsets != null) {
            int place = Math.toIntExact(row - firstRow);
            int used = Math.toIntExact(lastRow - firstRow + 1);
            if (place >= offsets.length) {
                offsets = Arrays.copyOf(offsets, Math.max(place + 1, offsets.length * 2));
            }
            Arrays.fill(offsets, used, place, NOWHERE); // rows that lie in a gap
            offsets[place] = at;
        }
        lastRow = row;
        events += rowEvents;
        if (edge) {
            edges++;
        } else {
            samples++;
        }
    }

    boolean holds(long row) {
        return firstRow <= row && row <= lastRow;
    }

    /// Forgets where its rows are, until somebody asks again.
    void stopReading() {
        offsets = null;
    }

    boolean isRead() {
        return offsets != null;
    }

    /// The frame of a row.
    ///
    /// @throws IOException if the row is not there, or what is there is no longer what was written
    Frame frame(long row) throws IOException {
        int at = offset(row);
        if (at == NOWHERE) {
            throw new IOException("row %d is not in segment %s".formatted(row, file.getFileName()));
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var header = ByteBuffer.allocate(Frame.HEADER);
            readFully(channel, header, at);
            int length = header.getInt(2);
            if (length < 0 || length > Frame.LONGEST_BODY) {
                throw new IOException("row %d in segment %s is damaged".formatted(row, file.getFileName()));
            }
            var whole = ByteBuffer.allocate(Frame.HEADER + length);
            readFully(channel, whole, at);
            var frame = Frame.at(whole.flip(), 0);
            if (frame == null) {
                throw new IOException("row %d in segment %s is damaged".formatted(row, file.getFileName()));
            }
            return frame;
        }
    }

    private int offset(long row) throws IOException {
        if (offsets == null) {
            var found = new int[Math.toIntExact(lastRow - firstRow + 1)];
            Arrays.fill(found, NOWHERE);
            new SegmentScan(bytes(), frame -> {
                        if (frame.type() == Frame.Type.ROW) {
                            long number = frame.body().getLong(0);
                            if (holds(number)) {
                                found[Math.toIntExact(number - firstRow)] = frame.at();
                            }
                        }
                    })
                    .run();
            offsets = found;
        }
        return holds(row) ? offsets[Math.toIntExact(row - firstRow)] : NOWHERE;
    }

    /// Everything in the file. A segment is a few MiB at most.
    ByteBuffer bytes() throws IOException {
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
