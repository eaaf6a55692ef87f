package io.pinstream.sim.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.wire.Envelope;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PacketReaderTest {
    private static final Envelope MESSAGE = new Envelope(
            "pinstream/v1/down/x",
            Optional.of("text/plain"),
            Map.of("message", "ack", "seq", "7"),
            "payload".getBytes(UTF_8));

    @Test
    void readsAPacketThatComesInPiecesWithTimeOutsBetween() throws Exception {
        var bytes = Packets.publish(MESSAGE, false, 300);
        var reader = new PacketReader(new InputStream() {
            private int next;
            private boolean late;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                late = !late;
                if (late) {
                    throw new SocketTimeoutException("nothing yet");
                }
                to[offset] = bytes[next++];
                return 1;
            }
        });

        Packet packet = null;
        for (int i = 0; packet == null; i++) {
            assertThat(i).isLessThan(2 * bytes.length);
            try {
                packet = reader.next();
            } catch (SocketTimeoutException again) {
                // nothing is lost
            }
        }

        assertThat(packet).isInstanceOfSatisfying(Packet.Publish.class, publish -> {
            assertThat(publish.id()).isEqualTo(300);
            assertThat(publish.envelope().topic()).isEqualTo(MESSAGE.topic());
            assertThat(publish.envelope().contentType()).isEqualTo(MESSAGE.contentType());
            assertThat(publish.envelope().properties()).isEqualTo(MESSAGE.properties());
            assertThat(publish.envelope().payload()).isEqualTo(MESSAGE.payload());
        });
    }

    @Test
    void refusesAPacketThatIsLargerThanItTakesBeforeItHasRead() {
        // 256 MB, says its length
        assertThatThrownBy(() -> read(0x30, 0xff, 0xff, 0xff, 0x7f))
                .hasMessageContaining("packet of 268435460 bytes, but this client takes 1024 at most");
        assertThatThrownBy(() -> read(0x30, 0xff, 0xff, 0xff, 0xff, 0x7f)).hasMessageContaining("more than 4 bytes");
    }

    @Test
    void refusesLengthsThatReachBeyondTheirPacket() {
        assertThatThrownBy(() -> read(0x30, 3, 0xff, 0xff, 0)).hasMessageContaining("malformed packet of type 3");
        assertThatThrownBy(() -> read(0x20, 3, 0, 0, 0x7f)).hasMessageContaining("malformed packet of type 2");
        assertThatThrownBy(() -> read(0x20, 4, 0, 0, 1, 0x7e)).hasMessageContaining("0x7e is none of MQTT 5");
    }

    @Test
    void readsWhyABrokerRefuses() throws Exception {
        assertThat(read(0x20, 3, 0, 0x86, 0)).isEqualTo(new Packet.Connack(0x86, 0xffff, Long.MAX_VALUE, -1, ""));
        assertThat(read(0x20, 11, 0, 0x97, 8, 0x21, 0, 20, 0x13, 0, 30, 0x24, 1))
                .isEqualTo(new Packet.Connack(0x97, 20, Long.MAX_VALUE, 30, ""));
        // of a broker that speaks MQTT 3.1.1
        assertThat(read(0x20, 2, 0, 1)).isEqualTo(new Packet.Connack(1, 0xffff, Long.MAX_VALUE, -1, ""));
    }

    @Test
    void endsWithAnIoExceptionWhateverTheBytesAre() {
        long seed = 20261123;
        var random = new SplittableRandom(seed);
        for (int run = 0; run < 20_000; run++) {
            var bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            var reader = new PacketReader(new ByteArrayInputStream(bytes));
            try {
                while (true) {
                    reader.next();
                }
            } catch (IOException expected) {
                assertThat(expected).isNotNull();
            } catch (RuntimeException wrong) {
                throw new AssertionError("seed %d, run %d".formatted(seed, run), wrong);
            }
        }
    }

    @Test
    void saysThatTheBrokerClosedTheConnection() {
        assertThatThrownBy(() -> read()).isInstanceOf(EOFException.class).hasMessageContaining("closed");
    }

    private static Packet read(int... octets) throws IOException {
        var bytes = new byte[octets.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return new PacketReader(new ByteArrayInputStream(bytes)).next();
    }
}
