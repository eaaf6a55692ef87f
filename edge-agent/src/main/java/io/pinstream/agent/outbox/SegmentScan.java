package io.pinstream.agent.outbox;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// Reads a segment from its beginning: every whole frame with the right checksum, whatever lies between.
final class SegmentScan {
    private final ByteBuffer segment;
    private final Consumer<Frame> frames;

    /// Bytes between frames that are none.
    int damaged;
    /// Where the last whole frame ends; what is behind is torn.
    int goodEnd;
    /// Evidence of rows in what is torn: the largest row number that stands where one would, 0 without any.
    long tornRow;

    SegmentScan(ByteBuffer segment, Consumer<Frame> frames) {
        this.segment = segment;
        this.frames = frames;
    }

    SegmentScan run() {
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
        for (int i = goodEnd; i + Frame.HEADER + 8 <= segment.limit(); i++) {
            if (segment.get(i) == Frame.MAGIC && segment.get(i + 1) == Frame.Type.ROW.ordinal()) {
                tornRow = Math.max(tornRow, segment.getLong(i + Frame.HEADER));
            }
        }
        return this;
    }

    /// How many bytes behind the last whole frame are none.
    int torn() {
        return segment.limit() - goodEnd;
    }
}
