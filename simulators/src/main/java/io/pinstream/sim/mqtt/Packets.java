package io.pinstream.sim.mqtt;

import io.pinstream.wire.Envelope;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/// What a client says to a broker, as bytes (MQTT 5 section 3).
final class Packets {
    static final byte[] PINGREQ = {(byte) 0xc0, 0};
    static final byte[] DISCONNECT = {(byte) 0xe0, 0};

    private static final int USER_PROPERTY = 0x26;
    private static final int CONTENT_TYPE = 0x03;
    private static final int MAXIMUM_PACKET_SIZE = 0x27;

    private Packets() {}

    /// Section 3.1: a clean start, and a will at QoS 1 that is retained, if there is one.
    static byte[] connect(String client, Duration keepAlive, Optional<Envelope> will) throws IOException {
        var body = new Body();
        body.writeUTF("MQTT");
        body.writeByte(5);
        body.writeByte(will.isPresent() ? 0b0010_1110 : 0b0000_0010);
        body.writeShort((int) keepAlive.toSeconds());
        body.writeByte(5); // length of the properties
        body.writeByte(MAXIMUM_PACKET_SIZE);
        body.writeInt(PacketReader.LARGEST);
        body.writeUTF(client);
        if (will.isPresent()) {
            var envelope = will.get();
            body.writeProperties(envelope);
            body.writeUTF(envelope.topic());
            body.writeShort(envelope.payload().length);
            body.write(envelope.payload());
        }
        return body.packet(0x10);
    }

    /// Section 3.3, at QoS 1.
    static byte[] publish(Envelope envelope, boolean retain, int id) throws IOException {
        var body = new Body();
        body.writeUTF(envelope.topic());
        body.writeShort(id);
        body.writeProperties(envelope);
        body.write(envelope.payload());
        return body.packet(retain ? 0x33 : 0x32);
    }

    /// Section 3.4.
    static byte[] puback(int id) {
        return new byte[] {0x40, 2, (byte) (id >> 8), (byte) id};
    }

    /// Section 3.8, one filter at QoS 1.
    static byte[] subscribe(int id, String filter) throws IOException {
        var body = new Body();
        body.writeShort(id);
        body.writeByte(0);
        body.writeUTF(filter);
        body.writeByte(1);
        return body.packet(0x82);
    }

    /// What stands behind a packet's fixed header.
    private static final class Body extends DataOutputStream {
        private final ByteArrayOutputStream bytes;

        Body() {
            this(new ByteArrayOutputStream(256));
        }

        private Body(ByteArrayOutputStream bytes) {
            super(bytes);
            this.bytes = bytes;
        }

        void writeProperties(Envelope envelope) throws IOException {
            var inner = new Body();
            if (envelope.contentType().isPresent()) {
                inner.writeByte(CONTENT_TYPE);
                inner.writeUTF(envelope.contentType().get());
            }
            for (var property : envelope.properties().entrySet()) {
                inner.writeByte(USER_PROPERTY);
                inner.writeUTF(property.getKey());
                inner.writeUTF(property.getValue());
            }
            writeLength(this, inner.bytes.size());
            inner.bytes.writeTo(this);
        }

        byte[] packet(int type) throws IOException {
            var whole = new ByteArrayOutputStream(bytes.size() + 5);
            whole.write(type);
            writeLength(whole, bytes.size());
            bytes.writeTo(whole);
            return whole.toByteArray();
        }
    }

    /// Section 1.5.5: a variable byte integer.
    private static void writeLength(OutputStream out, int length) throws IOException {
        int rest = length;
        do {
            int octet = rest & 0x7f;
            rest >>>= 7;
            out.write(rest > 0 ? octet | 0x80 : octet);
        } while (rest > 0);
    }
}
