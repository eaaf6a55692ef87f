package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventJsonTest {
    private static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    private static final SensorId AIR = new SensorId("air");
    private static final Instant TIME = Instant.parse("2026-11-23T04:40:14.123Z");
    private static final Event SAMPLE = Event.sample(
            AIR,
            TIME,
            Quality.GOOD,
            List.of(
                    Measurement.of(Quantity.TEMPERATURE, 21.43),
                    Measurement.of(Quantity.HUMIDITY, 48.1),
                    Measurement.of(Quantity.PRESSURE, 101325.0)));

    private final EventJson json = new EventJson();
    private final ManualTime now = new ManualTime();
    private final EventRecords records = new EventRecords("pinstream.events", now);

    @Test
    void isFlat() {
        assertThat(written(SAMPLE))
                .isEqualTo("{\"device\":\"greenhouse-7\",\"sensor\":\"air\",\"time\":\"2026-11-23T04:40:14.123Z\","
                        + "\"quality\":\"good\",\"temperature\":21.43,\"humidity\":48.1,\"pressure\":101325.0}");
    }

    @Test
    void saysWhatIsNoSampleAndWhatIsNotGood() {
        var edge = Event.edge(
                new SensorId("door"),
                TIME,
                Quality.of(Quality.Flaw.EDGES_MISSED, Quality.Flaw.TIME_UNKNOWN),
                List.of(Measurement.of(Quantity.ACTIVE, true)));

        assertThat(written(edge))
                .isEqualTo("{\"device\":\"greenhouse-7\",\"sensor\":\"door\",\"time\":\"2026-11-23T04:40:14.123Z\","
                        + "\"quality\":\"time-unknown,edges-missed\",\"kind\":\"edge\",\"active\":true}");
    }

    @Test
    void escapesTextsFromDevices() {
        var quantity = new Quantity("state", Unit.NONE);
        var event =
                Event.sample(AIR, TIME, Quality.GOOD, List.of(Measurement.of(quantity, "a\"b\\c\n\u0001\u007fä€😀")));

        assertThat(written(event)).endsWith(",\"state\":\"a\\\"b\\\\c\\u000a\\u0001\\u007fä€😀\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T04:40:14Z, 2026-11-23T04:40:14Z",
        "2026-11-23T04:40:00Z, 2026-11-23T04:40:00Z",
        "2026-11-23T04:40:14.5Z, 2026-11-23T04:40:14.500Z",
        "2026-11-23T04:40:14.000007Z, 2026-11-23T04:40:14.000007Z",
        "2026-11-23T04:40:14.120450Z, 2026-11-23T04:40:14.120450Z",
        "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z"
    })
    void writesTimesWithAsManyPlacesAsTheyNeed(Instant time, String text) {
        assertThat(new String(json.writeTime(time), StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(Instant.parse(text)).isEqualTo(time);
    }

    @Test
    void writesAnEventThatIsLargerThanItsBuffer() {
        // Given
        var measurements = new ArrayList<Measurement>();
        for (int i = 0; i < 500; i++) {
            measurements.add(Measurement.of(new Quantity("q" + i, Unit.NONE), i));
        }

        // When
        var text = written(Event.sample(AIR, TIME, Quality.GOOD, measurements));

        // Then
        assertThat(text)
                .startsWith("{\"device\"")
                .contains(",\"q0\":0.0,\"q1\":1.0")
                .endsWith(",\"q499\":499.0}");
        assertThat(written(SAMPLE)).as("the next one").hasSizeLessThan(200).endsWith("\"pressure\":101325.0}");
    }

    @Test
    void isACloudEventInBinaryMode() {
        // When
        var record = records.exactlyOnce(DEVICE, "0000000000000001000000000000000a/12/0", SAMPLE, "");

        // Then
        assertThat(headers(record))
                .containsExactly(
                        "ce_specversion=1.0",
                        "ce_id=0000000000000001000000000000000a/12/0",
                        "ce_source=/devices/greenhouse-7/sensors/air",
                        "ce_type=io.pinstream.sample.v1",
                        "ce_time=2026-11-23T04:40:14.123Z",
                        "content-type=application/json");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("greenhouse-7");
        assertThat(record.timestamp()).isEqualTo(TIME.toEpochMilli());
        assertThat(record.topic()).isEqualTo("pinstream.events");
    }

    @Test
    void saysWhereItComesAtLeastOnceOnly() {
        var record = records.atLeastOnce(DEVICE, "x/1", SAMPLE);

        assertThat(headers(record)).contains("ce_delivery=at-least-once");
        assertThat(new String(record.value(), StandardCharsets.UTF_8)).endsWith(",\"delivery\":\"at-least-once\"}");
    }

    @Test
    void keepsTheTimeOfADeviceWhoseClockRunsAheadButDoesNotLetKafkaGoByIt() {
        // Given
        var ahead = now.instant().plus(Duration.ofDays(3650));
        var event = Event.sample(AIR, ahead, Quality.GOOD, SAMPLE.measurements());

        // When
        var record = records.exactlyOnce(DEVICE, "x/1/0", event, "");

        // Then
        assertThat(record.timestamp()).isEqualTo(now.instant().toEpochMilli());
        assertThat(headers(record)).contains("ce_time=" + ahead);
    }

    private String written(Event event) {
        return new String(json.write(DEVICE, event, ""), StandardCharsets.UTF_8);
    }

    private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
        var all = new ArrayList<String>();
        record.headers()
                .forEach(header -> all.add(header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8)));
        return all;
    }
}
