package io.pinstream.agent.outbox;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One record as it stands in a segment.
///
/// ```
/// frame = magic:1 type:1 length:4 crc:4 body        crc = CRC-32C over type, length and body
/// ```
///
/// @param at where the frame begins in the segment
/// @param body the record's bytes, a view of the segment
record Frame(Type type, int at, ByteBuffer body) {
    static final int HEADER = 10;
    static final byte MAGIC = (byte) 0xa7;
    /// A pack is at most 256 KiB; nothing longer is a frame of ours.
    static final int LONGEST_BODY = 1 << 20;

    /// What a frame says, with the number that stands for it on the disk.
    enum Type {
        SNAPSHOT(0),
        ROW(1),
        ACKED(2),
        MEMORY(3),
        GAP(4);

        private static final Type[] ALL = values();

        private final byte code;

        Type(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        static @Nullable Type of(byte code) {
            return code >= 0 && code < ALL.length ? ALL[code] : null;
        }
    }

    static ByteBuffer write(Type type, ByteBuffer body) {
        int length = body.remaining();
        var frame = ByteBuffer.allocate(HEADER + length);
        frame.put(MAGIC).put(type.code()).putInt(length).putInt(0).put(body.duplicate());
        frame.putInt(6, crc(frame, 0, length));
        return frame.flip();
    }

    /// The frame that begins at a place, if a whole one with the right checksum does.
    static @Nullable Frame at(ByteBuffer segment, int at) {
        if (segment.limit() - at < HEADER || segment.get(at) != MAGIC) {
            return null;
        }
        var type = Type.of(segment.get(at + 1));
        int length = segment.getInt(at + 2);
        if (type == null || length < 0 || length > LONGEST_BODY || length > segment.limit() - at - HEADER) {
            return null;
        }
        return crc(segment, at, length) == segment.getInt(at + 6)
                ? new Frame(type, at, segment.slice(at + HEADER, length))
                : null;
    }

    int end() {
        return at + HEADER + body.capacity();
    }

    private static int crc(ByteBuffer frame, int at, int length) {
        var crc = new CRC32C();
        crc.update(frame.slice(at + 1, 5));
        crc.update(frame.slice(at + HEADER, length));
        return (int) crc.getValue();
    }
}
