package io.pinstream.agent.outbox;

import io.pinstream.delivery.Courier;
import io.pinstream.event.Dropped;
import io.pinstream.event.SensorId;
import io.pinstream.wire.Payload;
import io.pinstream.wire.StreamId;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;

/// The bodies of frames, written and read. Only bodies whose checksum is right come here, so what does not fit is
/// a bug or another version.
final class Records {
    static final int VERSION = 1;
    /// row:8 events:4 flags:1
    static final int ROW_HEADER = 13;

    private static final int EDGES = 1;
    private static final int JSON = 2;

    private Records() {}

    /// What a row's frame says of it besides its payload.
    record Row(long row, int events, boolean edges, Payload payload) {
        Packed packed() {
            return new Packed(payload, events, edges);
        }
    }

    static ByteBuffer row(long row, Packed packed) {
        var bytes = packed.payload().bytes();
        var body = ByteBuffer.allocate(ROW_HEADER + bytes.length);
        int flags = (packed.edges() ? EDGES : 0) | (packed.payload().format() == Payload.Format.JSON ? JSON : 0);
        return body.putLong(row)
                .putInt(packed.events())
                .put((byte) flags)
                .put(bytes)
                .flip();
    }

    static Row row(ByteBuffer body) {
        var in = body.duplicate();
        long row = in.getLong();
        int events = in.getInt();
        int flags = in.get();
        var bytes = new byte[in.remaining()];
        in.get(bytes);
        var format = (flags & JSON) != 0 ? Payload.Format.JSON : Payload.Format.CBOR;
        return new Row(row, events, (flags & EDGES) != 0, new Payload(format, bytes));
    }

    static ByteBuffer acked(long row) {
        return ByteBuffer.allocate(8).putLong(row).flip();
    }

    static ByteBuffer memory(Courier.Memory memory) {
        var body = ByteBuffer.allocate(64);
        write(body, memory);
        return body.flip();
    }

    static Courier.Memory memory(ByteBuffer in) {
        var stream = stream(in);
        var supersedes = stream(in);
        return new Courier.Memory(stream, supersedes, in.getLong(), in.getLong());
    }

    /// What a segment begins with, because all segments before it may be deleted.
    static ByteBuffer snapshot(Courier.Memory memory) {
        var body = ByteBuffer.allocate(64).put((byte) VERSION);
        write(body, memory);
        return body.flip();
    }

    static Courier.Memory snapshot(ByteBuffer in) {
        int version = in.get();
        if (version != VERSION) {
            throw new IllegalStateException(
                    "this outbox is of version %d, but this agent reads version %d".formatted(version, VERSION));
        }
        return memory(in);
    }

    static ByteBuffer gap(Gap gap) {
        var dropped = gap.dropped();
        var reason = dropped.reason().getBytes(StandardCharsets.UTF_8);
        var sensors = dropped.sensors().stream()
                .map(s -> s.value().getBytes(StandardCharsets.US_ASCII))
                .toList();
        var body = ByteBuffer.allocate(48
                + reason.length
                + sensors.stream().mapToInt(s -> 1 + s.length).sum());
        body.putLong(gap.first()).putLong(gap.last()).putLong(dropped.events());
        body.putLong(micros(dropped.from())).putLong(micros(dropped.to()));
        body.putShort((short) reason.length).put(reason).put((byte) sensors.size());
        sensors.forEach(sensor -> body.put((byte) sensor.length).put(sensor));
        return body.flip();
    }

    static Gap gap(ByteBuffer in) {
        long first = in.getLong();
        long last = in.getLong();
        long events = in.getLong();
        var from = instant(in.getLong());
        var to = instant(in.getLong());
        var reason = text(in, in.getShort(), StandardCharsets.UTF_8);
        var sensors = new ArrayList<SensorId>();
        for (int left = in.get(); left > 0; left--) {
            sensors.add(new SensorId(text(in, in.get(), StandardCharsets.US_ASCII)));
        }
        return new Gap(first, last, new Dropped(events, sensors, from, to, reason));
    }

    private static String text(ByteBuffer in, int length, Charset charset) {
        var bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, charset);
    }

    private static void write(ByteBuffer body, Courier.Memory memory) {
        write(body, memory.stream());
        write(body, memory.supersedes());
        body.putLong(memory.base()).putLong(memory.acked());
    }

    private static void write(ByteBuffer body, Optional<StreamId> stream) {
        body.put((byte) (stream.isPresent() ? 1 : 0));
        stream.ifPresent(id -> body.putLong(id.high()).putLong(id.low()));
    }

    private static Optional<StreamId> stream(ByteBuffer in) {
        return in.get() == 0 ? Optional.empty() : Optional.of(new StreamId(in.getLong(), in.getLong()));
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
