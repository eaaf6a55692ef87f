package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import io.pinstream.wire.CommandCodec.Decoded;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandCodecTest {
    private static final DeviceId BOARD = new DeviceId("greenhouse-7");
    private static final Topics TOPICS = new Topics("site/a");
    private static final CommandCodec CODEC = new CommandCodec(TOPICS);
    private static final String HUB = "0123456789abcdef0123456789abcdef";

    @Test
    void aCommandIsTheSameAfterItsJourney() {
        var random = new Random(20261123);
        for (int i = 0; i < 2_000; i++) {
            var request = request(random);

            assertThat(CODEC.decode(BOARD, CODEC.encode(request)))
                    .as("round %d", i)
                    .isEqualTo(new Decoded.Good(request));
        }
    }

    @Test
    void aReplyIsTheSameAfterItsJourney() {
        var random = new Random(20261124);
        for (int i = 0; i < 2_000; i++) {
            var request = request(random);
            var reply = reply(random);

            assertThat(CODEC.decodeReply(HUB, CommandCodec.encode(request, reply)))
                    .as("round %d", i)
                    .contains(new CommandCodec.Arrived(BOARD, request.id(), reply));
        }
    }

    @Test
    void aReplyIsForWhoAskedOnly() {
        var reply = CommandCodec.encode(request(new Random(1)), new Reply.Done(1));

        assertThat(CODEC.decodeReply("another", reply)).isEmpty();
        assertThat(new CommandCodec(new Topics("site/b")).decodeReply(HUB, reply))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "actuator, a/b, sensor id may hold only",
        "actuator, , actuator is missing",
        "set, 101, 'safe or a number of percent, 0 to 100, but is \"101\"'",
        "set, -1, set must be",
        "set, off, set must be",
        "set, 99999999999999999999, set must be",
        "set, , set is missing",
        "for, 0, the time to hold must be 1 s to 7 days",
        "for, 604801, for must be a number of seconds",
        "by, , by is missing",
        "by, '', the name of who commands must be 1 to 64",
        "by, 'm\u00fcller', 'characters, but was \"m?ller\"'",
        "within, 0, worth doing for 1 ms to 60 s",
        "within, 60001, within must be milliseconds",
        "sent, 253402300800001, sent must be",
    })
    void whatCannotBeReadIsRefusedWithTheReason(String name, String value, String reason) {
        // Given
        var good = CODEC.encode(request(new Random(1)));
        var properties = new HashMap<>(good.properties());
        if (value == null) {
            properties.remove(name);
        } else {
            properties.put(name, value);
        }

        // When
        var decoded = CODEC.decode(
                BOARD, new Envelope(good.topic(), Optional.empty(), properties, new byte[0], good.exchange()));

        // Then
        assertThat(decoded).isInstanceOfSatisfying(Decoded.Refused.class, refused -> {
            assertThat(refused.reason()).contains(reason);
            assertThat(CODEC.decodeReply(HUB, refused.answer()))
                    .map(CommandCodec.Arrived::reply)
                    .hasValueSatisfying(reply ->
                            assertThat(reply).isEqualTo(new Reply.Refused(Reply.Why.MALFORMED, refused.reason())));
        });
    }

    @Test
    void aDeviceWritesNowhereButOnItsOwnReplies() {
        var good = CODEC.encode(request(new Random(1)));
        for (var topic : List.of(
                TOPICS.up(BOARD),
                TOPICS.reply(new DeviceId("another"), HUB),
                TOPICS.reply(BOARD, ""),
                TOPICS.reply(BOARD, "a/b"),
                TOPICS.reply(BOARD, "+"),
                TOPICS.reply(BOARD, "#"),
                TOPICS.reply(BOARD, "x".repeat(65)),
                TOPICS.replies(BOARD),
                "")) {
            var exchange = new Exchange(Optional.of(topic), good.exchange().id(), OptionalLong.empty());

            assertThat(CODEC.decode(BOARD, with(good, exchange))).as(topic).isInstanceOf(Decoded.Malformed.class);
        }
        assertThat(CODEC.decode(BOARD, with(good, Exchange.NONE))).isInstanceOf(Decoded.Malformed.class);
        assertThat(CODEC.decode(new DeviceId("another"), good)).isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void anIdIs1To64Bytes() {
        assertThat(CommandId.of(new byte[0])).isEmpty();
        assertThat(CommandId.of(new byte[65])).isEmpty();
        assertThat(CommandId.of(new byte[64])).map(id -> id.bytes().length).contains(64);
        assertThat(CommandId.of(new byte[] {-1, 0})).map(CommandId::hex).contains("ff00");
    }

    @Test
    void aClientThatSaysNoTimesHasTenSeconds() {
        var good = CODEC.encode(request(new Random(1)));
        var properties = Map.of("actuator", "fan", "set", "safe", "by", "me");

        assertThat(CODEC.decode(
                        BOARD, new Envelope(good.topic(), Optional.empty(), properties, new byte[9], good.exchange())))
                .isInstanceOfSatisfying(Decoded.Good.class, read -> {
                    assertThat(read.request().within()).isEqualTo(Duration.ofSeconds(10));
                    assertThat(read.request().sent()).isEmpty();
                    assertThat(read.request().command().percent()).isEmpty();
                });
    }

    @Test
    void whatTheBrokerWaitedIsTakenOff() {
        var request = request(new Random(1), Duration.ofSeconds(10));

        assertThat(CommandCodec.left(request, OptionalLong.empty())).isEqualTo(Duration.ofSeconds(10));
        assertThat(CommandCodec.left(request, OptionalLong.of(10))).isEqualTo(Duration.ofSeconds(10));
        assertThat(CommandCodec.left(request, OptionalLong.of(3))).isEqualTo(Duration.ofSeconds(4));
        assertThat(CommandCodec.left(request, OptionalLong.of(Long.MAX_VALUE))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void survivesWhateverArrives() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var request = CODEC.encode(request(random));
            var reply = CommandCodec.encode(request(random), reply(random));

            assertThat(CODEC.decode(BOARD, garbled(request, random))).isNotNull();
            assertThat(CODEC.decodeReply(HUB, garbled(reply, random))).isNotNull();
        }
    }

    @Test
    void textsOfADeviceAreBoundedAndPrintable() {
        var reply = CommandCodec.encode(request(new Random(1)), new Reply.Failed("x"));
        var properties = new HashMap<>(reply.properties());
        properties.put("reason", "\u001b[31m" + "y".repeat(100_000));

        var read = CODEC.decodeReply(
                HUB, new Envelope(reply.topic(), Optional.empty(), properties, new byte[0], reply.exchange()));

        assertThat(read.orElseThrow().reply())
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed -> assertThat(failed.reason())
                                .hasSize(Reply.LONGEST_TEXT)
                                .startsWith("?[31my"));
    }

    private static Envelope garbled(Envelope good, Random random) {
        var properties = new HashMap<>(good.properties());
        for (var name : List.copyOf(properties.keySet())) {
            switch (random.nextInt(6)) {
                case 0 -> properties.remove(name);
                case 1 -> properties.put(name, text(random));
                default -> {}
            }
        }
        return new Envelope(good.topic(), Optional.of(text(random)), properties, new byte[3], good.exchange());
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        random.ints(random.nextInt(80), 0, 0x300).forEach(text::appendCodePoint);
        return random.nextBoolean() ? text.toString() : Long.toString(random.nextLong());
    }

    private static Envelope with(Envelope good, Exchange exchange) {
        return new Envelope(good.topic(), Optional.empty(), good.properties(), good.payload(), exchange);
    }

    private static Reply reply(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> new Reply.Done(random.nextInt(101));
            case 1 -> new Reply.Refused(Reply.Why.values()[random.nextInt(5)], text(random));
            case 2 -> new Reply.Failed(text(random));
            default -> new Reply.Expired();
        };
    }

    private static Request request(Random random) {
        return request(random, Duration.ofMillis(1 + random.nextInt(60_000)));
    }

    private static Request request(Random random, Duration within) {
        Optional<Integer> percent = random.nextBoolean() ? Optional.of(random.nextInt(101)) : Optional.empty();
        var hold = random.nextBoolean()
                ? Optional.of(Duration.ofSeconds(1 + random.nextInt(604_800)))
                : Optional.<Duration>empty();
        var sent = random.nextBoolean()
                ? Optional.of(Instant.ofEpochMilli(random.nextLong(253_402_300_800_000L)))
                : Optional.<Instant>empty();
        var command = new Command(new SensorId("fan"), percent, hold, Command.name(text(random)));
        return new Request(BOARD, CommandId.random(random), TOPICS.reply(BOARD, HUB), sent, within, command);
    }
}
