package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.wire.Payload.Format;
import io.pinstream.wire.SenmlCodec.Decoded;
import io.pinstream.wire.SenmlCodec.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SenmlCodecTest {
    private static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    private static final SensorId AIR = new SensorId("air");
    private static final Instant TIME = Instant.parse("2026-11-23T04:40:14.123Z");

    @Test
    void writesJsonThatAPersonCanRead() {
        var payload =
                SenmlCodec.encode(DEVICE, List.of(sample(TIME, 21.43), sample(TIME.plusMillis(1500), 22)), Format.JSON);

        assertThat(new String(payload.bytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "[{\"bn\":\"greenhouse-7/\",\"bt\":1795408814.123,\"n\":\"air/temperature\",\"u\":\"Cel\",\"v\":21.43},"
                                + "{\"n\":\"air/temperature\",\"u\":\"Cel\",\"v\":22.0,\"t\":1.5}]");
    }

    @Test
    void writesCborWithTheIntegerLabelsOfTheStandard() {
        var door = Event.edge(
                new SensorId("door"),
                Instant.ofEpochSecond(1_795_408_814),
                Quality.GOOD,
                List.of(Measurement.of(Quantity.ACTIVE, true)));

        var payload = SenmlCodec.encode(new DeviceId("d"), List.of(door), Format.CBOR);

        // [{0: "door/active", 4: true, "e": "edge", -2: "d/", -3: 1795408814}]
        assertThat(HexFormat.of().formatHex(payload.bytes()))
                .isEqualTo("81a5006b646f6f722f61637469766504f5616564656467652162642f221a6b03c3ae");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsRead(Format format) {
        for (long seed = 0; seed < 2_000; seed++) {
            var events = events(new SplittableRandom(seed));

            var decoded = SenmlCodec.decode(DEVICE, SenmlCodec.encode(DEVICE, events, format), Limits.DEFAULT);

            assertThat(decoded).as("seed %d", seed).isEqualTo(new Decoded.Events(events));
        }
    }

    /// RFC 8428 section 5.1.2, with names of our shape: base values, a unit of the base, times relative to the
    /// base.
    @Test
    void resolvesBaseFieldsAsTheStandardSays() {
        var json =
                "[{\"bn\":\"greenhouse-7/\",\"bt\":1.276020076001e+09,\"bu\":\"A\",\"bver\":5,\"n\":\"mains/voltage\",\"u\":\"V\",\"v\":120.1},"
                        + "{\"n\":\"mains/current\",\"t\":-5,\"v\":1.2},{\"n\":\"mains/current\",\"t\":-4,\"bv\":1,\"v\":0.3}]";

        assertThat(decode(json))
                .isEqualTo(new Decoded.Events(List.of(
                        sample("mains", "2010-06-08T18:01:16.001Z", Measurement.of(Quantity.VOLTAGE, 120.1)),
                        sample("mains", "2010-06-08T18:01:11.001Z", Measurement.of(Quantity.CURRENT, 1.2)),
                        sample("mains", "2010-06-08T18:01:12.001Z", Measurement.of(Quantity.CURRENT, 1.3)))));
    }

    /// RFC 8949 appendix A: halves, singles, doubles, decimal fractions, indefinite lengths.
    @ParameterizedTest
    @CsvSource({
        "f93c00, 1.0",
        "f97bff, 65504.0",
        "fa47c35000, 100000.0",
        "fb3ff199999999999a, 1.1",
        "3903e7, -1000.0",
        "1b000000e8d4a51000, 1000000000000.0",
        "c48221196ab3, 273.15",
        "c482001bffffffffffffffff, 18446744073709551615",
        "c482213bffffffffffffffff, -184467440737095516.16",
        "c48239018f1bffffffffffffffff, 0"
    })
    void readsEveryFormOfANumber(String number, double expected) {
        var hex = "9fbf" + "21" + hexText("greenhouse-7/") + "22" + "1a6b03c3ae" + "00" + "7f" + hexText("air/")
                + hexText("temperature") + "ff" + "01" + hexText("Cel") + "02" + number + "ff" + "ff";

        var decoded = SenmlCodec.decode(
                DEVICE, new Payload(Format.CBOR, HexFormat.of().parseHex(hex)), Limits.DEFAULT);

        assertThat(decoded)
                .isEqualTo(new Decoded.Events(List.of(Event.sample(
                        AIR,
                        Instant.ofEpochSecond(1_795_408_814),
                        Quality.GOOD,
                        List.of(Measurement.of(Quantity.TEMPERATURE, expected))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c48219019101|v is no decimal fraction in the range of a double",
                "c48239019001|v is no decimal fraction in the range of a double",
                "c4821b800000000000000001|v is no decimal fraction in the range of a double",
                "c4823b7fffffffffffffff01|v is no decimal fraction in the range of a double",
                "c4823bffffffffffffffff01|v is no decimal fraction in the range of a double",
                "c48219019001|v must be finite, but is Infinity",
                "c48301|v has a tag that is no decimal fraction",
                "c249010000000000000000|v has a tag that is no decimal fraction",
                "f97e00|v must be finite, but is NaN",
                "f97c00|v must be finite, but is Infinity",
                "f6|v must be a number, but is byte 0xf6"
            })
    void refusesANumberThatIsNone(String number, String reason) {
        var hex = "81a5" + "21" + hexText("greenhouse-7/") + "22" + "1a6b03c3ae" + "00" + hexText("air/temperature")
                + "01" + hexText("Cel") + "02" + number;

        var decoded = SenmlCodec.decode(
                DEVICE, new Payload(Format.CBOR, HexFormat.of().parseHex(hex)), Limits.DEFAULT);

        assertThat(decoded).isEqualTo(new Decoded.Malformed("record 0: " + reason));
    }

    /// From 2038 on, the sum of two times as doubles is no longer good enough for a microsecond.
    @ParameterizedTest
    @EnumSource
    void keepsEveryMicrosecondUntilTheYear2100(Format format) {
        var random = new SplittableRandom(2100);
        for (int i = 0; i < 20_000; i++) {
            var late = Instant.parse("2099-12-31T23:00:00Z").plus(random.nextInt(1_000_000_000), ChronoUnit.MICROS);
            var other = late.minus(random.nextLong(1, 1L << random.nextInt(1, 51)), ChronoUnit.MICROS);
            var events = List.of(sample(late, 1), sample(other, 2));

            assertThat(SenmlCodec.decode(DEVICE, SenmlCodec.encode(DEVICE, events, format), Limits.DEFAULT))
                    .as("seed 2100, round %d", i)
                    .isEqualTo(new Decoded.Events(events));
        }
    }

    /// JSON can escape what is no Unicode; no UTF-8 could carry it on, so that it would become a question mark.
    @Test
    void refusesHalfOfASurrogatePair() {
        for (var half : List.of("\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800")) {
            assertThat(decode("[{\"bn\":\"greenhouse-7/\",\"bt\":1795408814,\"n\":\"air/fault\",\"vs\":\"" + half
                            + "\"}]"))
                    .isEqualTo(new Decoded.Malformed("record 0: vs is not Unicode: half of a surrogate pair"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|a pack must have at least 1 record, but has none",
                "{}|the pack must be a JSON array",
                "[1]|record 0 must be a JSON object",
                "[{'n':'air/temperature','v':1}]|record 0: the base name bn is missing",
                "[{'bn':'other/','n':'air/temperature','v':1}]|record 0: base name of a pack of device greenhouse-7 must be \"greenhouse-7/\", but is \"other/\"",
                "[{B,'n':'air','u':'Cel','v':1}]|record 0: name must be <device>/<sensor>/<quantity>, but ends in \"air\"",
                "[{B,'n':'air/x/y','u':'Cel','v':1}]|record 0: name must be <device>/<sensor>/<quantity>, but ends in \"air/x/y\"",
                "[{B,'n':'air/quality','u':'Cel','v':1}]|record 0: quantity must not be \"quality\", which is a key of every event",
                "[{B,'n':'air/temperature','u':'K','v':1}]|record 0: temperature must be in Cel, but is in K",
                "[{B,'n':'air/temperature','v':1}]|record 0: temperature must be in Cel, but is in no unit",
                "[{B,'n':'air/vibration','v':1}]|record 0: vibration needs a unit u, since it is no standard quantity",
                "[{B,'n':'air/temperature','u':'Cel'}]|record 0: must have one of v, vb, vs, but has 0",
                "[{B,'n':'air/temperature','u':'Cel','v':1,'vb':true}]|record 0: must have one of v, vb, vs, but has 2",
                "[{B,'n':'air/temperature','u':'Cel','v':1e999}]|record 0: v must be finite, but is 1e999",
                "[{B,'n':'air/temperature','u':'Cel','v':'1'}]|record 0: v must be a number, but is VALUE_STRING",
                "[{B,'n':'air/temperature','u':'Cel','v':1,'v':2}]|record 0: label v comes twice",
                "[{B,'n':'air/temperature','u':'Cel','v':1},{'n':'air/temperature','u':'Cel','v':2}]|record 1: air/temperature comes twice at the same time",
                "[{B,'n':'air/temperature','u':'Cel','v':1,'must_':1}]|record 0: label \"must_\" is not understood",
                "[{B,'n':'air/temperature','u':'Cel','s':1}]|record 0: sums (s, bs) are not supported",
                "[{B,'n':'air/temperature','u':'Cel','vd':'AA'}]|record 0: data values (vd) are not supported",
                "[{B,'bver':11,'n':'air/temperature','u':'Cel','v':1}]|record 0: version bver must be at most 10, but is 11",
                "[{B,'n':'air/temperature','u':'Cel','v':1,'q':'rosy'}]|record 0: q is not a quality: \"rosy\"",
                "[{B,'n':'air/temperature','u':'Cel','v':1,'e':'x'}]|record 0: e must be sample, edge or dropped, but is \"x\"",
                "[{'bn':'greenhouse-7/','n':'air/temperature','u':'Cel','v':1}]|record 0: time must be seconds since 1970, from 2^28 to the year 9999, but is 0.0",
                "[{B,'n':'air/temperature','u':'Cel','v':1,'x':[[[1]]]}]|nesting must be at most 4 deep",
                "[{B,'n':'air/temperature','u':'Cel','v':1}]]|not JSON: ",
                "[{B,'n':'air/temperature','u':'Cel','v':NaN}]|not JSON: ",
            })
    void refusesWhatItCannotUseWithTheReason(String json, String reason) {
        var decoded =
                decode(json.replace("B", "'bn':'greenhouse-7/','bt':1795408814").replace('\'', '"'));

        assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
        assertThat(((Decoded.Malformed) decoded).reason()).startsWith(reason);
    }

    @Test
    void ignoresLabelsThatItDoesNotKnow() {
        var decoded =
                decode("[{\"bn\":\"greenhouse-7/\",\"bt\":1795408814,\"n\":\"air/temperature\",\"u\":\"Cel\",\"v\":1,"
                        + "\"site\":{\"row\":[1]}}]");

        assertThat(decoded).isInstanceOf(Decoded.Events.class);
    }

    @Test
    void takesNoMoreThanItsLimits() {
        var payload = SenmlCodec.encode(DEVICE, List.of(sample(TIME, 1), sample(TIME.plusMillis(1), 2)), Format.CBOR);

        assertThat(SenmlCodec.decode(DEVICE, payload, new Limits(10, 10, 4, 128)))
                .isEqualTo(new Decoded.Malformed(
                        "payload must have at most 10 bytes, but has %d".formatted(payload.bytes().length)));
        assertThat(SenmlCodec.decode(DEVICE, payload, new Limits(1000, 1, 4, 128)))
                .isEqualTo(new Decoded.Malformed("a pack must have at most 1 records"));
        assertThat(SenmlCodec.decode(DEVICE, payload, new Limits(1000, 10, 4, 20)))
                .isEqualTo(new Decoded.Malformed("record 0: a name must have at most 20 characters, but has 28"));
    }

    @Test
    void refusesBytesBehindThePackAndBytesThatAreMissing() {
        var bytes =
                SenmlCodec.encode(DEVICE, List.of(sample(TIME, 1)), Format.CBOR).bytes();

        var longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThat(SenmlCodec.decode(DEVICE, new Payload(Format.CBOR, longer), Limits.DEFAULT))
                .isEqualTo(new Decoded.Malformed("1 bytes stand behind the end of the pack"));
        for (int length = 0; length < bytes.length; length++) {
            var shorter = new Payload(Format.CBOR, Arrays.copyOf(bytes, length));
            assertThat(SenmlCodec.decode(DEVICE, shorter, Limits.DEFAULT)).isInstanceOf(Decoded.Malformed.class);
        }
    }

    /// Half a million inputs that are nearly right: nothing comes out but events or a reason.
    @ParameterizedTest
    @EnumSource
    void neverThrowsWhateverArrives(Format format) {
        var decoder = new SenmlDecoder(Limits.DEFAULT);
        int events = 0;
        for (long seed = 0; seed < 100_000; seed++) {
            var random = new SplittableRandom(seed);
            var bytes = SenmlCodec.encode(DEVICE, events(random), format).bytes();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                switch (decoder.decode(DEVICE, new Payload(format, bytes))) {
                    case Decoded.Events some -> events += some.events().size();
                    case Decoded.Malformed(String reason) ->
                        assertThat(reason.chars().allMatch(c -> c >= ' ' && c < 0x7f))
                                .as(reason)
                                .isTrue();
                }
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
        assertThat(events).as("some mutants live").isPositive();
    }

    @Test
    void refusesToWriteTwoEventsThatWouldBecomeOne() {
        assertThatThrownBy(() -> SenmlCodec.encode(DEVICE, List.of(sample(TIME, 1), sample(TIME, 2)), Format.CBOR))
                .hasMessage("two events of sensor air at 2026-11-23T04:40:14.123Z would become one");
    }

    /// A name that came before costs no string; what is left is the events themselves.
    @Test
    void decodingAllocatesLittleBeyondTheEvents() {
        var events = new ArrayList<Event>();
        for (int i = 0; i < 50; i++) {
            events.add(sample(TIME.plusMillis(i), 20 + i / 10.0));
        }
        var payload = SenmlCodec.encode(DEVICE, events, Format.CBOR);
        var decoder = new SenmlDecoder(Limits.DEFAULT);
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 2_000; i++) {
            decoder.decode(DEVICE, payload);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            decoder.decode(DEVICE, payload);
        }
        long perEvent = (threads.getCurrentThreadAllocatedBytes() - before) / 100 / 50;

        // Event 32, Instant 24, list 48, Measurement 24, Decimal 24, and the pack's own share: measured 180 to 260
        assertThat(perEvent).isLessThan(320);
    }

    private static Decoded decode(String json) {
        return SenmlCodec.decode(
                DEVICE, new Payload(Format.JSON, json.getBytes(StandardCharsets.UTF_8)), Limits.DEFAULT);
    }

    private static Event sample(Instant time, double celsius) {
        return Event.sample(AIR, time, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }

    private static Event sample(String sensor, String time, Measurement measurement) {
        return Event.sample(new SensorId(sensor), Instant.parse(time), Quality.GOOD, List.of(measurement));
    }

    private static String hexText(String text) {
        return HexFormat.of().toHexDigits((byte) (0x60 + text.length()))
                + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Any events that an agent could have: several sensors, kinds and qualities, every kind of value.
    private static List<Event> events(SplittableRandom random) {
        var events = new ArrayList<Event>();
        long micros = random.nextLong(1_700_000_000_000_000L, 1_900_000_000_000_000L);
        for (int i = random.nextInt(12); i >= 0; i--) {
            micros += 1 + random.nextLong(random.nextBoolean() ? 10 : 100_000_000L);
            var time = Instant.ofEpochSecond(0, 0).plus(micros, ChronoUnit.MICROS);
            var kind = Event.Kind.values()[random.nextInt(Event.Kind.values().length)];
            var quality = random.nextInt(3) > 0
                    ? Quality.GOOD
                    : Quality.of(Flaw.values()[random.nextInt(9)], Flaw.values()[random.nextInt(9)]);
            var measurements = new ArrayList<Measurement>();
            measurements.add(Measurement.of(Quantity.TEMPERATURE, number(random)));
            if (random.nextBoolean()) {
                measurements.add(
                        Measurement.of(new Quantity("own_" + random.nextInt(3), new Unit("m/s2")), number(random)));
            }
            if (random.nextBoolean()) {
                measurements.add(Measurement.of(Quantity.ACTIVE, random.nextBoolean()));
            }
            if (random.nextBoolean()) {
                measurements.add(Measurement.of(Quantity.FAULT, "gründlich \"kaputt\" \u2026" + random.nextInt()));
            }
            events.add(new Event(kind, new SensorId("s" + random.nextInt(3)), time, quality, measurements));
        }
        return events;
    }

    private static double number(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(-1000, 100_000);
            case 1 -> random.nextInt(10_000) / 100.0;
            case 2 -> (float) random.nextDouble(-1e6, 1e6);
            case 3 -> -0.0;
            default -> {
                double any = Double.longBitsToDouble(random.nextLong());
                yield Double.isFinite(any) ? any : 0;
            }
        };
    }
}
