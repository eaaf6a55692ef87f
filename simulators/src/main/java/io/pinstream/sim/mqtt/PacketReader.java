package io.pinstream.sim.mqtt;

import io.pinstream.wire.Envelope;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes packets out of a stream of bytes, in memory that never grows. What was read of a packet before a read
/// timed out is kept for the next call. For one thread.
final class PacketReader {
    /// The largest packet that is taken; the client tells the broker so when it connects. An answer of the hub has
    /// less than 500 bytes.
    static final int LARGEST = 1024;

    private static final int LARGEST_HEADER = 5;

    private final InputStream in;
    private final byte[] buffer = new byte[LARGEST];
    private int filled;

    PacketReader(InputStream in) {
        this.in = in;
    }

    /// The next packet.
    ///
    /// @throws java.net.SocketTimeoutException if none is complete in time
    /// @throws EOFException if the broker closed the connection
    /// @throws IOException if the connection broke, or the broker does not keep to MQTT 5
    Packet next() throws IOException {
        while (true) {
            var packet = take();
            if (packet != null) {
                return packet;
            }
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                throw new EOFException("the broker closed the connection");
            }
            filled += read;
        }
    }

    private @Nullable Packet take() throws IOException {
        int length = 0;
        int header = 1;
        for (int shift = 0; ; shift += 7) {
            if (header == filled || filled == 0) {
                return null;
            }
            if (header == LARGEST_HEADER) {
                throw new IOException("a packet's length has more than 4 bytes");
            }
            int octet = buffer[header++] & 0xff;
            length |= (octet & 0x7f) << shift;
            if (octet < 0x80) {
                break;
            }
        }
        int end = header + length;
        if (end > LARGEST) {
            throw new IOException(
                    "the broker sent a packet of %d bytes, but this client takes %d at most".formatted(end, LARGEST));
        }
        if (filled < end) {
            return null;
        }
        try {
            return decode(
                    buffer[0] & 0xff, ByteBuffer.wrap(buffer, header, length).slice());
        } catch (BufferUnderflowException | IllegalArgumentException cut) {
            throw new IOException(
                    "the broker sent a malformed packet of type %d".formatted((buffer[0] & 0xff) >> 4), cut);
        } finally {
            System.arraycopy(buffer, end, buffer, 0, filled - end);
            filled -= end;
        }
    }

    private static Packet decode(int first, ByteBuffer body) throws IOException {
        return switch (first >> 4) {
            case 2 -> connack(body);
            case 3 -> publish(first, body);
            case 4 -> {
                body.getShort();
                yield new Packet.Puback(body.hasRemaining() ? body.get() & 0xff : 0);
            }
            case 9 -> {
                body.getShort();
                skip(body, length(body));
                yield new Packet.Suback(body.get() & 0xff);
            }
            case 13 -> new Packet.Pingresp();
            case 14 -> {
                int code = body.hasRemaining() ? body.get() & 0xff : 0;
                yield new Packet.Disconnect(code, body.hasRemaining() ? new Properties(body).reason : "");
            }
            default ->
                throw new IOException("the broker sent a packet of type %d, which is none for a client like this"
                        .formatted(first >> 4));
        };
    }

    private static Packet connack(ByteBuffer body) throws IOException {
        body.get(); // session present: never, with a clean start
        int code = body.get() & 0xff;
        if (!body.hasRemaining()) {
            return new Packet.Connack(code, 0xffff, Long.MAX_VALUE, -1, ""); // a broker of MQTT 3.1.1 refuses like this
        }
        var properties = new Properties(body);
        return new Packet.Connack(
                code, properties.receiveMaximum, properties.maximumSize, properties.keepAlive, properties.reason);
    }

    private static Packet publish(int first, ByteBuffer body) throws IOException {
        var topic = text(body);
        int quality = first >> 1 & 3;
        if (quality > 1) {
            throw new IOException("the broker sent a message at QoS %d, but 1 was asked for".formatted(quality));
        }
        int id = quality == 0 ? 0 : body.getShort() & 0xffff;
        var properties = new Properties(body);
        var payload = new byte[body.remaining()];
        body.get(payload);
        return new Packet.Publish(
                new Envelope(topic, Optional.ofNullable(properties.contentType), Map.copyOf(properties.user), payload),
                id);
    }

    /// The properties that matter here; all others are skipped by their type (section 2.2.2.2).
    private static final class Properties {
        final Map<String, String> user = new HashMap<>();

        @Nullable
        String contentType;

        String reason = "";
        int receiveMaximum = 0xffff;
        long maximumSize = Long.MAX_VALUE;
        int keepAlive = -1;

        Properties(ByteBuffer body) throws IOException {
            int length = checked(body, length(body));
            var properties = body.slice(body.position(), length);
            skip(body, length);
            while (properties.hasRemaining()) {
                read(properties.get() & 0xff, properties);
            }
        }

        private void read(int identifier, ByteBuffer from) throws IOException {
            switch (identifier) {
                case 0x26 -> user.putIfAbsent(text(from), text(from));
                case 0x03 -> contentType = text(from);
                case 0x1f -> reason = Reason.printable(text(from));
                case 0x21 -> receiveMaximum = from.getShort() & 0xffff;
                case 0x27 -> maximumSize = from.getInt() & 0xffff_ffffL;
                case 0x13 -> keepAlive = from.getShort() & 0xffff;
                case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2a -> from.get();
                case 0x22, 0x23 -> from.getShort();
                case 0x02, 0x11, 0x18 -> from.getInt();
                case 0x0b -> length(from);
                case 0x08, 0x12, 0x15, 0x1a, 0x1c, 0x09, 0x16 -> skip(from, from.getShort() & 0xffff);
                default -> throw new IOException("property 0x%02x is none of MQTT 5".formatted(identifier));
            }
        }
    }

    private static String text(ByteBuffer from) {
        var bytes = new byte[checked(from, from.getShort() & 0xffff)];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer from, int length) {
        from.position(from.position() + checked(from, length));
    }

    /// Before memory is taken for it.
    private static int checked(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new IllegalArgumentException("longer than its packet");
        }
        return length;
    }

    /// Section 1.5.5: a variable byte integer.
    private static int length(ByteBuffer from) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int octet = from.get() & 0xff;
            value |= (octet & 0x7f) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new IOException("a length has more than 4 bytes");
    }
}
