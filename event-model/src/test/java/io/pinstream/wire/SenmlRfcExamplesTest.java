package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.wire.Payload.Format;
import io.pinstream.wire.SenmlCodec.Decoded;
import io.pinstream.wire.SenmlCodec.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The examples of RFC 8428, as they stand there. Their names are URNs without a sensor and a quantity, which
/// Pinstream refuses; so each is also read with names of our shape and nothing else changed.
class SenmlRfcExamplesTest {
    private static final DeviceId DEVICE = new DeviceId("10e2073a01080063");

    /// Section 5.1.2, the third example, as section 6 prints it in CBOR.
    private static final String SECTION_6 = """
            87 a7 21 78 1b 75 72 6e 3a 64 65 76 3a 6f 77 3a
            31 30 65 32 30 37 33 61 30 31 30 38 30 30 36 3a
            22 fb 41 d3 03 a1 5b 00 10 62 23 61 41 20 05 00
            67 76 6f 6c 74 61 67 65 01 61 56 02 fb 40 5e 06
            66 66 66 66 66 a3 00 67 63 75 72 72 65 6e 74 06
            24 02 fb 3f f3 33 33 33 33 33 33 a3 00 67 63 75
            72 72 65 6e 74 06 23 02 fb 3f f4 cc cc cc cc cc
            cd a3 00 67 63 75 72 72 65 6e 74 06 22 02 fb 3f
            f6 66 66 66 66 66 66 a3 00 67 63 75 72 72 65 6e
            74 06 21 02 f9 3e 00 a3 00 67 63 75 72 72 65 6e
            74 06 20 02 fb 3f f9 99 99 99 99 99 9a a3 00 67
            63 75 72 72 65 6e 74 06 00 02 fb 3f fb 33 33 33
            33 33 33
            """.replaceAll("\\s", "");

    private static final String SECTION_5_1_2 = """
            [
              {"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,
               "bu":"A","bver":5,
               "n":"voltage","u":"V","v":120.1},
              {"n":"current","t":-5,"v":1.2},
              {"n":"current","t":-4,"v":1.3},
              {"n":"current","t":-3,"v":1.4},
              {"n":"current","t":-2,"v":1.5},
              {"n":"current","t":-1,"v":1.6},
              {"n":"current","v":1.7}
            ]
            """;

    @Test
    void readsTheSeriesOfSection5() {
        var json = SECTION_5_1_2
                .replace("urn:dev:ow:10e2073a0108006:", DEVICE + "/")
                .replace("voltage", "mains/voltage")
                .replace("current", "mains/current");

        assertThat(decode(json)).isEqualTo(new Decoded.Events(series()));
    }

    @Test
    void readsTheBytesOfSection6() {
        var hex = SECTION_6
                .replace("781b" + hex("urn:dev:ow:10e2073a0108006:"), "71" + hex(DEVICE + "/"))
                .replace("67" + hex("voltage"), "6d" + hex("mains/voltage"))
                .replace("67" + hex("current"), "6d" + hex("mains/current"));

        assertThat(decode(HexFormat.of().parseHex(hex))).isEqualTo(new Decoded.Events(series()));
    }

    /// Section 5.1.3, with a name for each of its records: the units of its base and of its own, times that repeat.
    @Test
    void readsTheMeasurementsOfSection5() {
        var json = """
                [
                  {"bn":"10e2073a01080063/","bt":1.320067464e+09,
                   "bu":"%RH","n":"s/humidity","v":20},
                  {"n":"s/longitude","u":"lon","v":24.30621},
                  {"n":"s/latitude","u":"lat","v":60.07965},
                  {"n":"s/humidity","t":60,"v":20.3},
                  {"n":"s/longitude","u":"lon","t":60,"v":24.30622},
                  {"n":"s/latitude","u":"lat","t":60,"v":60.07965},
                  {"n":"s/battery","u":"%EL","t":150,"v":98}
                ]
                """;

        assertThat(decode(json))
                .isEqualTo(new Decoded.Events(List.of(
                        sample("2011-10-31T13:24:24Z", humidity(20), longitude(24.30621), latitude(60.07965)),
                        sample("2011-10-31T13:25:24Z", humidity(20.3), longitude(24.30622), latitude(60.07965)),
                        sample("2011-10-31T13:26:54Z", own("battery", "%EL", 98)))));
    }

    /// Section 5.1.4 is section 5.1.3 resolved. We want a base name; with it, the absolute times say the same.
    @Test
    void readsTheResolvedMeasurementsOfSection5() {
        var json = """
                [
                  {"bn":"10e2073a01080063/","n":"s/humidity","u":"%RH","t":1.320067464e+09,
                   "v":20},
                  {"n":"s/longitude","u":"lon","t":1.320067464e+09,
                   "v":24.30621},
                  {"n":"s/humidity","u":"%RH","t":1.320067524e+09,
                   "v":20.3}
                ]
                """;

        assertThat(decode(json))
                .isEqualTo(new Decoded.Events(List.of(
                        sample("2011-10-31T13:24:24Z", humidity(20), longitude(24.30621)),
                        sample("2011-10-31T13:25:24Z", humidity(20.3)))));
    }

    /// Section 5.1.5 without its last record, a data value; and with a time, which the device of the RFC left out.
    @Test
    void readsTheTypesOfSection5() {
        var json = """
                [
                  {"bn":"10e2073a01080063/","bt":1.320067464e+09,"n":"s/temperature","u":"Cel","v":23.1},
                  {"n":"s/label","vs":"Machine Room"},
                  {"n":"s/open","vb":false}
                ]
                """;

        assertThat(decode(json))
                .isEqualTo(new Decoded.Events(List.of(sample(
                        "2011-10-31T13:24:24Z",
                        Measurement.of(Quantity.TEMPERATURE, 23.1),
                        Measurement.of(new Quantity("label", Unit.NONE), "Machine Room"),
                        Measurement.of(new Quantity("open", Unit.NONE), false)))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5.1.1|[{'n':'urn:dev:ow:10e2073a01080063','u':'Cel','v':23.1}]|record 0: the base name bn is missing",
                "5.1.2|[{'bn':'urn:dev:ow:10e2073a01080063:','n':'voltage','u':'V','v':120.1},{'n':'current','u':'A','v':1.2}]|"
                        + "record 0: base name of a pack of device 10e2073a01080063 must be \"10e2073a01080063/\", but is \"urn:dev:ow:10e2073a01080063:\"",
                "5.1.5|[{'bn':'10e2073a01080063/','bt':1.320067464e+09,'n':'s/temperature','u':'Cel','v':23.1},{'n':'s/nfc','vd':'aGkgCg'}]|"
                        + "record 1: data values (vd) are not supported",
                "5.1.6|[{'bn':'10e2073a01080063/','bt':1.320078429e+09,'n':'s/temperature','u':'Cel','v':25.2},{'bn':'2001:db8::1/','n':'s/temperature','u':'Cel','v':12.3}]|"
                        + "record 1: base name of a pack of device 10e2073a01080063 must be \"10e2073a01080063/\", but is \"2001:db8::1/\"",
                "5.1.7|[{'bn':'10e2073a01080063/'},{'n':'s/temperature','u':'Cel','v':23.1}]|record 0: the name n is missing",
                "5.1.7|[{'bt':1.320078429e+09,'bu':'/','n':'2001:db8::3','v':1},{'n':'2001:db8::4','v':1}]|record 0: the base name bn is missing",
            })
    void refusesTheExamplesThatAreNotOurs(String section, String json, String reason) {
        assertThat(decode(json.replace('\'', '"'))).as(section).isEqualTo(new Decoded.Malformed(reason));
    }

    @Test
    void refusesTheExamplesWithTheNamesOfTheStandard() {
        var refused = new Decoded.Malformed("record 0: base name of a pack of device 10e2073a01080063 must be"
                + " \"10e2073a01080063/\", but is \"urn:dev:ow:10e2073a0108006:\"");

        assertThat(decode(SECTION_5_1_2)).isEqualTo(refused);
        assertThat(decode(HexFormat.of().parseHex(SECTION_6))).isEqualTo(refused);
    }

    private static List<Event> series() {
        var events = new ArrayList<Event>();
        events.add(sample("mains", "2010-06-08T18:01:16.001Z", Measurement.of(Quantity.VOLTAGE, 120.1)));
        var currents = new double[] {1.2, 1.3, 1.4, 1.5, 1.6, 1.7};
        for (int i = 0; i < currents.length; i++) {
            events.add(sample(
                    "mains",
                    "2010-06-08T18:01:1%d.001Z".formatted(1 + i),
                    Measurement.of(Quantity.CURRENT, currents[i])));
        }
        return events;
    }

    private static Measurement humidity(double value) {
        return Measurement.of(Quantity.HUMIDITY, value);
    }

    private static Measurement longitude(double value) {
        return own("longitude", "lon", value);
    }

    private static Measurement latitude(double value) {
        return own("latitude", "lat", value);
    }

    private static Measurement own(String name, String unit, double value) {
        return Measurement.of(new Quantity(name, new Unit(unit)), value);
    }

    private static Event sample(String time, Measurement... measurements) {
        return Event.sample(new SensorId("s"), Instant.parse(time), Quality.GOOD, List.of(measurements));
    }

    private static Event sample(String sensor, String time, Measurement measurement) {
        return Event.sample(new SensorId(sensor), Instant.parse(time), Quality.GOOD, List.of(measurement));
    }

    private static Decoded decode(String json) {
        return SenmlCodec.decode(
                DEVICE, new Payload(Format.JSON, json.getBytes(StandardCharsets.UTF_8)), Limits.DEFAULT);
    }

    private static Decoded decode(byte[] cbor) {
        return SenmlCodec.decode(DEVICE, new Payload(Format.CBOR, cbor), Limits.DEFAULT);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }
}
