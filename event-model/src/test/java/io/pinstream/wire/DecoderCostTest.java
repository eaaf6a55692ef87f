package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.wire.Payload.Format;
import io.pinstream.wire.SenmlCodec.Decoded;
import io.pinstream.wire.SenmlCodec.Limits;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a payload may cost: memory is taken for what is there, never for what is claimed.
class DecoderCostTest {
    private static final DeviceId DEVICE = Verdicts.DEVICE;
    /// The tables of names, a parser and its buffers: what any pack costs, however small.
    private static final long ANY_PACK = 64 * 1024;

    /// Arrays, maps, texts and bytes of 2^16 to 2^64 - 1 in a payload of a few bytes.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9a7fffffff",
                "9b7fffffffffffffff",
                "9b8000000000000000",
                "9bffffffffffffffff",
                "81ba7fffffff",
                "81bb7fffffffffffffff",
                "81bb8000000000000000",
                "81bbffffffffffffffff",
                "81a1217a7fffffff",
                "81a1217b7fffffffffffffff",
                "81a1217bffffffffffffffff",
                "81a103" + "7a7fffffff",
                "81a11863" + "5b7fffffffffffffff",
                "81a11863" + "5bffffffffffffffff",
                "81a11863" + "9b7fffffffffffffff",
                "81a11863" + "9b8000000000000000",
                "81a11863" + "bb4000000000000000",
                "81a11863" + "bb7fffffffffffffff",
                "81a11863" + "bbffffffffffffffff"
            })
    void takesNoMemoryForALengthThatIsOnlyClaimed(String hex) {
        var bytes = HexFormat.of().parseHex(hex);

        assertThat(Verdicts.check(Format.CBOR, bytes)).isInstanceOf(Decoded.Malformed.class);
        assertThat(allocated(Format.CBOR, bytes)).isLessThan(ANY_PACK);
    }

    /// 2^63 must not be read as "of unknown length", nor more as "none".
    @ParameterizedTest
    @ValueSource(strings = {"8000000000000000", "8000000000000001", "ffffffffffffffff"})
    void refusesACountBeyondALongThoughTheItemsAreThere(String count) {
        var record = "bf21" + "6d677265656e686f7573652d372f" + "221a6b03c3ae" + "00" + "686169722f61637469" + "ff";

        for (var pack : new String[] {"9b" + count + record + "ff", "81bf1863" + "9b" + count + "ffff"}) {
            assertThat(Verdicts.check(Format.CBOR, HexFormat.of().parseHex(pack)))
                    .isEqualTo(new Decoded.Malformed("an array or a map claims more items than the payload has bytes"));
        }
    }

    /// A full payload of the worst that each limit lets through costs a known multiple of it.
    @Test
    void aFullPayloadCostsABoundedMultipleOfItsSize() {
        long most = 64L * Limits.DEFAULT.bytes();

        assertThat(allocated(Format.CBOR, filled("81a1039f", "9f")))
                .as("nesting")
                .isLessThan(most);
        assertThat(allocated(Format.CBOR, filled("81a1037f", "60")))
                .as("empty pieces")
                .isLessThan(most);
        assertThat(allocated(Format.CBOR, filled("81a1037f", "6161")))
                .as("pieces")
                .isLessThan(most);
        assertThat(allocated(Format.CBOR, filled("9f", "a0")))
                .as("empty records")
                .isLessThan(most);
        assertThat(allocated(Format.CBOR, filled("81bf", "186300")))
                .as("labels")
                .isLessThan(most);
        assertThat(allocated(Format.JSON, filled("[", "["))).as("JSON nesting").isLessThan(most);
        assertThat(allocated(Format.JSON, filled("[{\"vs\":\"", "\\u0041")))
                .as("text")
                .isLessThan(most);
        assertThat(allocated(Format.JSON, filled("[{\"v\":", "9"))).as("digits").isLessThan(most);
        assertThat(allocated(Format.JSON, filled("[{\"", "x"))).as("label").isLessThan(most);
        assertThat(allocated(Format.JSON, filled("[{", "\"x\":0,")))
                .as("labels")
                .isLessThan(most);
    }

    /// As many events as the limits allow: a pack that is all right is the dearest, and bounded by its records.
    @ParameterizedTest
    @ValueSource(strings = {"CBOR", "JSON"})
    void aPackOfAsManyRecordsAsAllowedIsReadAndOneMoreIsRefused(String name) {
        var format = Format.valueOf(name);
        int records = 5_000; // as many as fit 256 KiB in both formats
        var limits = new Limits(Limits.DEFAULT.bytes(), records, 4, 128);
        var pack = pack(format, records);

        assertThat(SenmlCodec.decode(DEVICE, new Payload(format, pack), limits)).isInstanceOf(Decoded.Events.class);
        assertThat(allocated(format, pack)).isLessThan(64L * Limits.DEFAULT.bytes());
        assertThat(SenmlCodec.decode(DEVICE, new Payload(format, pack(format, records + 1)), limits))
                .isEqualTo(new Decoded.Malformed("a pack must have at most 5000 records"));
    }

    private static byte[] pack(Format format, int records) {
        var events = new ArrayList<Event>();
        for (int i = 0; i < records; i++) {
            events.add(Event.edge(
                    new SensorId("d"),
                    Instant.ofEpochSecond(1_795_408_814 + i),
                    Quality.GOOD,
                    List.of(Measurement.of(Quantity.RATIO, true))));
        }
        return SenmlCodec.encode(DEVICE, events, format).bytes();
    }

    /// A payload as large as allowed: a beginning, then the same again and again.
    private static byte[] filled(String begin, String repeated) {
        boolean hex = begin.matches("[0-9a-f]+");
        var first = hex ? HexFormat.of().parseHex(begin) : begin.getBytes(StandardCharsets.UTF_8);
        var more = hex ? HexFormat.of().parseHex(repeated) : repeated.getBytes(StandardCharsets.UTF_8);
        var bytes = Arrays.copyOf(first, Limits.DEFAULT.bytes());
        for (int i = first.length; i < bytes.length; i++) {
            bytes[i] = more[(i - first.length) % more.length];
        }
        return bytes;
    }

    /// What decoding takes from the heap, garbage included.
    private static long allocated(Format format, byte[] bytes) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Verdicts.check(format, bytes); // classes and tables are loaded once
        var payload = new Payload(format, bytes);
        long before = threads.getCurrentThreadAllocatedBytes();
        SenmlCodec.decode(DEVICE, payload, Limits.DEFAULT);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
