package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.MessageCodec.Decoded;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MessageCodecTest {
    private static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    private static final StreamId STREAM = new StreamId(0x0123456789abcdefL, -1);
    private static final Payload PAYLOAD = new Payload(Payload.Format.CBOR, new byte[] {1, 2});

    private final Topics topics = new Topics("pinstream");
    private final MessageCodec codec = new MessageCodec(topics);

    static Stream<Message> messages() {
        var other = new StreamId(5, 6);
        return Stream.of(
                new Hello(DEVICE, Optional.empty(), -7),
                new Hello(DEVICE, Optional.of(STREAM), Long.MAX_VALUE),
                new Welcome(DEVICE, 12, new Committed(Optional.empty(), 0, Optional.empty())),
                new Welcome(DEVICE, -12, new Committed(Optional.of(STREAM), 9, Optional.of(other))),
                new Ack(DEVICE, new Committed(Optional.of(STREAM), 1L << 53, Optional.of(STREAM))),
                new Pack(DEVICE, STREAM, Optional.empty(), 17, OptionalLong.empty(), PAYLOAD),
                new Pack(DEVICE, STREAM, Optional.of(other), 1, OptionalLong.of(40), PAYLOAD));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsWrittenIsRead(Message message) {
        assertThat(codec.decode(codec.encode(message))).isEqualTo(new Decoded.Good(message));
    }

    @Test
    void writesThePropertiesOfTheTable() {
        var envelope =
                codec.encode(new Pack(DEVICE, STREAM, Optional.of(new StreamId(0, 1)), 1, OptionalLong.of(3), PAYLOAD));

        assertThat(envelope.topic()).isEqualTo("pinstream/v1/up/48/greenhouse-7");
        assertThat(envelope.contentType()).contains("application/senml+cbor");
        assertThat(envelope.properties())
                .isEqualTo(Map.of(
                        "stream", "0123456789abcdefffffffffffffffff",
                        "supersedes", "00000000000000000000000000000001",
                        "seq", "1",
                        "through", "3"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seq=0|seq must be a number from 1 to 9007199254740992, but is \"0\"",
                "seq=-1|seq must be a number from 1 to 9007199254740992, but is \"-1\"",
                "seq=99999999999999999999|seq must be a number from 1 to 9007199254740992, but is \"99999999999999999999\"",
                "through=1|through must be a number from 2 to 9007199254740992, but is \"1\"",
                "stream=XYZ|stream must be 32 lower-case hex digits, but is \"XYZ\"",
                "supersedes=|supersedes must be 32 lower-case hex digits, but is \"\"",
                "message=ack|message must be hello, or absent for a pack, but is \"ack\"",
            })
    void refusesAHeaderThatCannotBeUsedWithTheReason(String property, String reason) {
        var good = codec.encode(new Pack(DEVICE, STREAM, Optional.empty(), 2, OptionalLong.empty(), PAYLOAD));
        var properties = new HashMap<>(good.properties());
        properties.put(property.substring(0, property.indexOf('=')), property.substring(property.indexOf('=') + 1));

        var decoded = codec.decode(new Envelope(good.topic(), good.contentType(), properties, good.payload()));

        assertThat(decoded).isEqualTo(new Decoded.Malformed(reason));
    }

    @ParameterizedTest
    @CsvSource({
        "pinstream/v1/up/00/greenhouse-7",
        "pinstream/v1/up/48/green house",
        "pinstream/v1/up/48/",
        "other/v1/up/48/greenhouse-7",
        "''"
    })
    void refusesATopicThatIsNoneOfOurs(String topic) {
        assertThat(codec.decode(new Envelope(topic, Optional.empty(), Map.of(), new byte[0])))
                .isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void neverThrowsWhateverArrives() {
        var random = new SplittableRandom(1);
        var keys = new String[] {"message", "stream", "seq", "through", "supersedes", "nonce", "current", "x"};
        var values = new String[] {
            "hello", "ack", "welcome", "1", "0", STREAM.toString(), "", "\u0000\uffff", "0000000000000001"
        };
        for (int i = 0; i < 100_000; i++) {
            var properties = new HashMap<String, String>();
            for (int n = random.nextInt(6); n > 0; n--) {
                properties.put(keys[random.nextInt(keys.length)], values[random.nextInt(values.length)]);
            }
            var topic = random.nextBoolean() ? topics.up(DEVICE) : topics.down(DEVICE);
            var contentType = random.nextBoolean() ? Optional.of("application/senml+json") : Optional.<String>empty();

            codec.decode(new Envelope(topic, contentType, properties, new byte[0]));
        }
    }

    @Test
    void spreadsDevicesOverAllBuckets() {
        var buckets = Stream.iterate(0, i -> i + 1)
                .limit(10_000)
                .map(i -> Topics.bucket(new DeviceId("device-" + i)))
                .distinct()
                .count();

        assertThat(buckets).isEqualTo(Topics.BUCKETS);
    }
}
