package io.pinstream.hub.live;

import io.pinstream.hub.log.Position;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/// Where a live stream stands, as a text that a client keeps and gives back: SSE's `Last-Event-ID`, `?from=`. It
/// means the same to every hub on the same Kafka, and after a restart.
///
/// ```
/// token = base64url( version:1=1  log:4  time:varint  partitions:varint  offset:varint*  crc32c:4 )
/// ```
///
/// @param log which topic the position is of, so that it is not taken for one of another topic's
/// @param time time stamp of the last event before it; what was lost behind a position was committed about then
public record Token(int log, Position position, Instant time) {
    /// The longest text, in characters; a header of a request may have 8 KiB in all.
    public static final int LONGEST = 6 * 1024;

    /// How many partitions fit.
    public static final int MOST_PARTITIONS = 480;

    private static final int VERSION = 1;
    private static final int LEAST_BYTES = 11;

    /// Reads what a client gave.
    ///
    /// @throws IllegalArgumentException saying why it is none
    public static Token parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a position has at most %d characters, but this has %d".formatted(LONGEST, text.length()));
        }
        var bytes = decoded(text);
        if (bytes.length < LEAST_BYTES) {
            throw new IllegalArgumentException("the position is cut short");
        }
        if (bytes[0] != VERSION) {
            throw new IllegalArgumentException(
                    "the position is of version %d, but this hub knows version %d".formatted(bytes[0] & 0xff, VERSION));
        }
        int body = bytes.length - Integer.BYTES;
        if (ByteBuffer.wrap(bytes).getInt(body) != checksum(bytes, body)) {
            throw new IllegalArgumentException("the position is damaged: its checksum is wrong");
        }
        var in = ByteBuffer.wrap(bytes, 1, body - 1);
        int log = in.getInt();
        var time = Instant.ofEpochMilli(varint(in));
        long partitions = varint(in);
        if (partitions > MOST_PARTITIONS) {
            throw new IllegalArgumentException(
                    "a position has at most %d partitions, but this has %d".formatted(MOST_PARTITIONS, partitions));
        }
        var next = new long[(int) partitions];
        Arrays.setAll(next, _ -> varint(in));
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("the position has more behind its end");
        }
        return new Token(log, Position.of(next), time);
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException bad) {
            throw new IllegalArgumentException(
                    "a position is made of A-Z a-z 0-9 - and _ only: give back exactly what the hub gave", bad);
        }
    }

    /// The text.
    @Override
    public String toString() {
        var out = ByteBuffer.allocate(LEAST_BYTES + 20 + 9 * position.partitions());
        out.put((byte) VERSION).putInt(log);
        put(out, Math.max(0, time.toEpochMilli()));
        put(out, position.partitions());
        for (int i = 0; i < position.partitions(); i++) {
            put(out, position.next(i));
        }
        out.putInt(checksum(out.array(), out.position()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(out.array(), out.position()));
    }

    private static int checksum(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static void put(ByteBuffer out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
            if (!in.hasRemaining()) {
                throw new IllegalArgumentException("the position is cut short");
            }
            byte part = in.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("the position has an offset that is too large");
    }
}
