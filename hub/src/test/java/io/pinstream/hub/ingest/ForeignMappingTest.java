package io.pinstream.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.wire.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignMappingTest {
    private static final Instant ARRIVED = Instant.parse("2026-11-23T04:40:14Z");
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final SensorId CLIMATE = new SensorId("climate");
    private static final Quantity BATTERY = new Quantity("battery", new Unit("%"));
    private static final Quantity MODE = new Quantity("mode", Unit.NONE);

    @Test
    void readsATasmotaMessage() {
        var mapping = tasmota(ZoneId.of("Europe/Berlin"));
        var payload = """
                {"Time":"2026-11-23T05:40:13","AM2301":{"Temperature":21.4,"Humidity":48.1},"TempUnit":"C"}""";

        assertThat(map(mapping, "tele/attic-plug/SENSOR", payload))
                .isEqualTo(new ForeignRecord.Measured(
                        new DeviceId("attic-plug"),
                        Event.sample(
                                CLIMATE,
                                Instant.parse("2026-11-23T04:40:13Z"),
                                Quality.GOOD,
                                List.of(
                                        Measurement.of(Quantity.TEMPERATURE, 21.4),
                                        Measurement.of(Quantity.HUMIDITY, 48.1)))));
    }

    @Test
    void readsAZigbee2MqttMessageInOtherUnitsAndWithoutWhatItMayLeaveOut() {
        var mapping = new ForeignMapping(
                "zigbee2mqtt/+",
                new ForeignMapping.Device.Level(1),
                CLIMATE,
                Optional.empty(),
                UTC,
                List.of(
                        new ForeignMapping.Field(Quantity.TEMPERATURE, "/temperature", 5 / 9.0, -160 / 9.0, true),
                        new ForeignMapping.Field(Quantity.PRESSURE, "/pressure", 100, 0, false),
                        new ForeignMapping.Field(BATTERY, "/battery", 1, 0, false),
                        new ForeignMapping.Field(Quantity.ACTIVE, "/contact", 1, 0, false),
                        new ForeignMapping.Field(MODE, "/states/1", 1, 0, false)));

        var record = map(
                mapping,
                "zigbee2mqtt/0x00158d0001",
                "{\"temperature\":50,\"pressure\":1013.25,\"battery\":null,\"contact\":true,"
                        + "\"states\":[\"off\",\"eco\"]}");

        assertThat(record).isInstanceOfSatisfying(ForeignRecord.Measured.class, measured -> {
            assertThat(measured.event().time()).isEqualTo(ARRIVED);
            assertThat(measured.event().measurements())
                    .extracting(m -> m.quantity().name())
                    .containsExactly("temperature", "pressure", "active", "mode");
            assertThat(measured.event().measurements().get(1)).isEqualTo(Measurement.of(Quantity.PRESSURE, 101_325.0));
            assertThat(measured.event().measurements().get(2)).isEqualTo(Measurement.of(Quantity.ACTIVE, true));
            assertThat(measured.event().measurements().get(3)).isEqualTo(Measurement.of(MODE, "eco"));
        });
    }

    @Test
    void readsABareValueOfOwnFirmware() {
        var mapping = new ForeignMapping(
                "boiler/flow",
                new ForeignMapping.Device.Fixed(new DeviceId("boiler")),
                CLIMATE,
                Optional.empty(),
                UTC,
                List.of(new ForeignMapping.Field(Quantity.TEMPERATURE, "", 1, 0, true)));

        assertThat(map(mapping, "boiler/flow", "61.5"))
                .isEqualTo(new ForeignRecord.Measured(
                        new DeviceId("boiler"),
                        Event.sample(
                                CLIMATE, ARRIVED, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, 61.5)))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            tele/a b/SENSOR | {"AM2301":{}} | topic level 1: device id may hold only A-Z a-z 0-9 . _ - but is "a b"
            tele/a/SENSOR | {"Time":"2026-11-23T05:40:13","AM2301":{"Humidity":48.1}} | there is no value at /AM2301/Temperature for temperature
            tele/a/SENSOR | {"AM2301":{"Temperature":1,"Humidity":48.1}} | there is no time at /Time
            tele/a/SENSOR | {"Time":"tomorrow","AM2301":{"Temperature":1,"Humidity":48.1}} | time at /Time is not ISO 8601
            tele/a/SENSOR | {"Time":"1970-01-01T00:00:09","AM2301":{"Temperature":1,"Humidity":1}} | time at /Time must be in the years 2000 to 2199, but is 1970-01-01T00:00:09Z
            tele/a/SENSOR | {"Time":true,"AM2301":{"Temperature":1,"Humidity":1}} | time at /Time is a truth value
            tele/a/SENSOR | {"Time":1795409414,"AM2301":{"Temperature":"warm","Humidity":1}} | /AM2301/Temperature must be a number in Cel, but is a text
            tele/a/SENSOR | {"Time":1795409414,"AM2301":{"Temperature":1e999,"Humidity":1}} | /AM2301/Temperature is a number beyond what can be carried
            tele/a/SENSOR | {"Time":1795409414,"AM2301":{"Temperature":1,"Temperature":2}} | payload is not JSON that can be used: bad at byte 58
            tele/a/SENSOR | {"AM2301":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]} | payload is not JSON that can be used: bad at byte 26
            tele/a/SENSOR | {"AM2301":NaN} | payload is not JSON that can be used: bad at byte 13
            tele/a/SENSOR | {"AM2301": | payload is not JSON that can be used: bad at byte 10
            tele/a/SENSOR | {} {} | payload must be one JSON text, but more follows it
            """)
    void refusesWithAReason(String topic, String payload, String reason) {
        assertThat(map(tasmota(UTC), topic, payload)).isInstanceOfSatisfying(ForeignRecord.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.topic()).isEqualTo(topic);
            assertThat(new String(refused.payload(), StandardCharsets.UTF_8)).isEqualTo(payload);
        });
    }

    @Test
    void refusesWhatIsTooLargeBeforeLookingAtIt() {
        assertThat(map(tasmota(UTC), "tele/a/SENSOR", "[".repeat(70_000)))
                .isInstanceOfSatisfying(
                        ForeignRecord.Refused.class,
                        refused -> assertThat(refused.reason())
                                .isEqualTo("payload must have at most 65536 bytes, but has 70000"));
        assertThat(map(tasmota(UTC), "tele/a/SENSOR", ""))
                .isInstanceOfSatisfying(
                        ForeignRecord.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo("payload is empty"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1795409414 | 2026-11-23T04:50:14Z
            1795409414.25 | 2026-11-23T04:50:14.250Z
            1795409414250 | 2026-11-23T04:50:14.250Z
            "2026-11-23T05:40:13+01:00" | 2026-11-23T04:40:13Z
            "2026-11-23T04:40:13Z" | 2026-11-23T04:40:13Z
            """, quoteCharacter = '`')
    void readsTimesAsDevicesWriteThem(String written, Instant time) {
        var payload = "{\"Time\":" + written + ",\"AM2301\":{\"Temperature\":1,\"Humidity\":1}}";

        assertThat(map(tasmota(UTC), "tele/a/SENSOR", payload))
                .isInstanceOfSatisfying(
                        ForeignRecord.Measured.class,
                        measured -> assertThat(measured.event().time()).isEqualTo(time));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tele/+x/SENSOR | 1 | topic must be a topic filter such as tele/+/SENSOR, but was "tele/+x/SENSOR"
            tele/#/SENSOR  | 1 | topic must be a topic filter such as tele/+/SENSOR, but was "tele/#/SENSOR"
            tele/+/SENSOR  | 0 | level must be a level of tele/+/SENSOR, counted from 0, that is a wildcard, but was 0;
            tele/+/SENSOR  | 3 | level must be a level of tele/+/SENSOR, counted from 0, that is a wildcard, but was 3;
            """)
    void refusesAMappingThatCannotWork(String topic, int level, String message) {
        assertThatThrownBy(() -> new ForeignMapping(
                        topic,
                        new ForeignMapping.Device.Level(level),
                        CLIMATE,
                        Optional.empty(),
                        UTC,
                        List.of(new ForeignMapping.Field(Quantity.TEMPERATURE, "/t", 1, 0, true))))
                .hasMessageStartingWith(message);
    }

    @Test
    void givesEveryQuantityTheUnitThatItHasEverywhere() {
        assertThat(ForeignMapping.quantity("temperature", Optional.empty())).isEqualTo(Quantity.TEMPERATURE);
        assertThat(ForeignMapping.quantity("battery", Optional.of("%"))).isEqualTo(BATTERY);
        assertThatThrownBy(() -> ForeignMapping.quantity("temperature", Optional.of("degF")))
                .hasMessage("unit of temperature is Cel everywhere, but was degF: leave it out and convert with scale"
                        + " and offset");
        assertThatThrownBy(() -> ForeignMapping.quantity("battery", Optional.empty()))
                .hasMessage("unit of battery must be named, because battery is no standard quantity (\"/\" for none)");
    }

    private static ForeignMapping tasmota(ZoneId zone) {
        return new ForeignMapping(
                "tele/+/SENSOR",
                new ForeignMapping.Device.Level(1),
                CLIMATE,
                Optional.of("/Time"),
                zone,
                List.of(
                        new ForeignMapping.Field(Quantity.TEMPERATURE, "/AM2301/Temperature", 1, 0, true),
                        new ForeignMapping.Field(Quantity.HUMIDITY, "/AM2301/Humidity", 1, 0, true)));
    }

    private static ForeignRecord map(ForeignMapping mapping, String topic, String payload) {
        var bytes = payload.getBytes(StandardCharsets.UTF_8);
        return ForeignIngest.map(mapping, new Envelope(topic, Optional.empty(), Map.of(), bytes), ARRIVED);
    }
}
