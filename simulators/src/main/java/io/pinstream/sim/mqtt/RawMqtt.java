package io.pinstream.sim.mqtt;

import io.pinstream.wire.Envelope;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Just enough of MQTT 5 to load a broker: connect, subscribe, publish and receive at QoS 1, on loopback.
///
/// Written by hand because a load generator must cost less than what it measures: both client libraries that the
/// product uses need several times the CPU of the broker. No reconnect, no TLS, no session: not for anything else.
///
/// One thread publishes; a thread `mqtt-<client>` reads and calls the listener.
public final class RawMqtt implements AutoCloseable {
    /// Unacknowledged publishes; below the 65,535 packet identifiers, so that none is used twice.
    private static final int IN_FLIGHT = 1_000;

    private static final int CONNECT = 0x10;
    private static final int PUBLISH_QOS1 = 0x32;
    private static final int SUBSCRIBE = 0x82;
    private static final int DISCONNECT = 0xe0;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final Consumer<Envelope> listener;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
    private final Thread reader;
    private int packetId;

    public RawMqtt(int port, String client, Consumer<Envelope> listener) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
        this.listener = listener;
        connect(client);
        this.reader = Thread.ofPlatform().name("mqtt-" + client).daemon().start(this::read);
    }

    private void connect(String client) throws IOException {
        var body = new ByteArrayOutputStream();
        var data = new DataOutputStream(body);
        data.writeUTF("MQTT");
        data.writeByte(5);
        data.writeByte(2); // clean start
        data.writeShort(60); // keep alive, seconds
        data.writeByte(0); // no properties
        data.writeUTF(client);
        send(CONNECT, body.toByteArray());
        flush();
        int type = in.readUnsignedByte();
        var connack = in.readNBytes(length(in));
        if (type != 0x20 || connack.length < 2 || connack[1] != 0) {
            throw new IOException("the broker refused client %s: packet 0x%02x".formatted(client, type));
        }
    }

    /// Subscribes at QoS 1; the broker's answer is not waited for.
    public void subscribe(String filter) throws IOException {
        var body = new ByteArrayOutputStream();
        var data = new DataOutputStream(body);
        data.writeShort(nextId());
        data.writeByte(0);
        data.writeUTF(filter);
        data.writeByte(1);
        send(SUBSCRIBE, body.toByteArray());
        flush();
    }

    /// Publishes at QoS 1; waits while too many are unacknowledged. What was written leaves with [#flush].
    public void publish(Envelope envelope) throws IOException, InterruptedException {
        if (!inFlight.tryAcquire()) {
            flush();
            if (!inFlight.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new IOException("the broker has acknowledged nothing for 30 s");
            }
        }
        var properties = properties(envelope);
        var topic = envelope.topic().getBytes(StandardCharsets.UTF_8);
        int length = 2 + topic.length + 2 + lengthOf(properties.length) + properties.length + envelope.payload().length;
        synchronized (out) {
            out.writeByte(PUBLISH_QOS1);
            writeLength(out, length);
            out.writeShort(topic.length);
            out.write(topic);
            out.writeShort(nextId());
            writeLength(out, properties.length);
            out.write(properties);
            out.write(envelope.payload());
        }
    }

    public void flush() throws IOException {
        synchronized (out) {
            out.flush();
        }
    }

    /// Waits until the broker has acknowledged everything.
    public boolean drain(Duration limit) throws IOException, InterruptedException {
        flush();
        if (!inFlight.tryAcquire(IN_FLIGHT, limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        inFlight.release(IN_FLIGHT);
        return true;
    }

    private static byte[] properties(Envelope envelope) throws IOException {
        var body = new ByteArrayOutputStream(128);
        var data = new DataOutputStream(body);
        if (envelope.contentType().isPresent()) {
            data.writeByte(3);
            data.writeUTF(envelope.contentType().get());
        }
        for (var property : envelope.properties().entrySet()) {
            data.writeByte(0x26);
            data.writeUTF(property.getKey());
            data.writeUTF(property.getValue());
        }
        return body.toByteArray();
    }

    private void read() {
        try {
            while (true) {
                int type = in.readUnsignedByte();
                var body = in.readNBytes(length(in));
                if (type >> 4 == 3) {
                    received(type, body);
                } else if (type >> 4 == 4) {
                    inFlight.release();
                }
            }
        } catch (IOException | UncheckedIOException closed) {
            // the socket was closed, by us or by the broker: the publisher notices by its own time limit
        }
    }

    private void received(int type, byte[] body) throws IOException {
        var data = new DataInputStream(new ByteArrayInputStream(body));
        var topic = data.readUTF();
        if ((type & 6) != 0) {
            int id = data.readUnsignedShort();
            synchronized (out) {
                out.writeByte(0x40);
                out.writeByte(2);
                out.writeShort(id);
                out.flush();
            }
        }
        var properties = new DataInputStream(new ByteArrayInputStream(data.readNBytes(length(data))));
        var user = new HashMap<String, String>();
        Optional<String> contentType = Optional.empty();
        while (properties.available() > 0) {
            int identifier = properties.readUnsignedByte();
            switch (identifier) {
                case 0x26 -> user.putIfAbsent(properties.readUTF(), properties.readUTF());
                case 3 -> contentType = Optional.of(properties.readUTF());
                case 1 -> properties.readByte();
                case 2 -> properties.readInt();
                case 0x23 -> properties.readShort();
                case 8 -> properties.readUTF();
                case 0x0b -> length(properties);
                default -> throw new IOException("property 0x%02x is not one of a PUBLISH".formatted(identifier));
            }
        }
        listener.accept(new Envelope(topic, contentType, Map.copyOf(user), data.readAllBytes()));
    }

    private int nextId() {
        packetId = packetId % 0xffff + 1;
        return packetId;
    }

    private void send(int type, byte[] body) throws IOException {
        synchronized (out) {
            out.writeByte(type);
            writeLength(out, body.length);
            out.write(body);
        }
    }

    /// MQTT 5 section 1.5.5: a variable byte integer.
    private static int length(DataInputStream data) throws IOException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int octet = data.readUnsignedByte();
            value |= (octet & 0x7f) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new IOException("a length has more than 4 bytes");
    }

    private static void writeLength(DataOutputStream data, int length) throws IOException {
        int rest = length;
        do {
            int octet = rest & 0x7f;
            rest >>>= 7;
            data.writeByte(rest > 0 ? octet | 0x80 : octet);
        } while (rest > 0);
    }

    private static int lengthOf(int value) {
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    @Override
    public void close() throws IOException {
        try {
            send(DISCONNECT, new byte[] {0, 0});
            flush();
        } finally {
            socket.close();
            reader.interrupt();
        }
    }
}
