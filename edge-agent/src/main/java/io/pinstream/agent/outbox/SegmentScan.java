package io.pinstream.agent.outbox;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// What a segment is found to be when it is read from its beginning: every whole frame with the right checksum,
/// whatever lies between.
///
/// @param damaged bytes between frames that are none
/// @param goodEnd where the last whole frame ends
/// @param torn bytes behind the last whole frame, without zeros at the end: a file system may have made the file
///     longer and not yet written to it when the power went
/// @param tornRow the largest row number that stands where one would in the torn bytes, 0 without any
record SegmentScan(int damaged, int goodEnd, int torn, long tornRow) {
    /// Hands every whole frame to `frames`, in order.
    static SegmentScan of(ByteBuffer segment, Consumer<Frame> frames) {
        int damaged = 0;
        int goodEnd = 0;
        int at = 0;
        while (at < segment.limit()) {
            var frame = Frame.at(segment, at);
            if (frame == null) {
                at++;
                continue;
            }
            damaged += frame.at() - goodEnd;
            goodEnd = frame.end();
            frames.accept(frame);
            at = goodEnd;
        }
        int end = segment.limit();
        while (end > goodEnd && segment.get(end - 1) == 0) {
            end--;
        }
        return new SegmentScan(damaged, goodEnd, end - goodEnd, tornRow(segment, goodEnd));
    }

    private static long tornRow(ByteBuffer segment, int from) {
        // More rows than have room there have not been torn: what says so is damaged.
        long row = 0;
        for (int i = from; i + Frame.HEADER + 8 <= segment.limit(); i++) {
            if (segment.get(i) == Frame.MAGIC && segment.get(i + 1) == Frame.Type.ROW.code()) {
                row = Math.max(row, segment.getLong(i + Frame.HEADER));
            }
        }
        return row;
    }

    /// The last row number that the torn bytes may have had, if the last whole row was `lastRow`: not to be used
    /// again.
    long lastTorn(long lastRow) {
        if (torn == 0) {
            return lastRow;
        }
        long most = lastRow + 1 + torn / (Frame.HEADER + Records.ROW_HEADER);
        return tornRow > lastRow && tornRow <= most ? tornRow : lastRow + 1;
    }
}
