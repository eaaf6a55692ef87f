package io.pinstream.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.event.SensorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedTest {
    private static final Instant SIX = Instant.parse("2026-06-01T06:00:00Z");

    @TempDir
    Path folder;

    @Test
    void readsColumnsThatEachHaveTheirOwnTimes() throws Exception {
        var recorded = csv("""
                time,air.temperature,"door.active"
                2026-06-01T06:00:00Z,10,false

                2026-06-01T06:00:10Z,,true
                2026-06-01T06:00:20Z,20,
                """);

        assertThat(at(recorded, "air", "temperature", 5)).isEqualTo(12.5);
        assertThat(at(recorded, "air", "temperature", -5)).isEqualTo(10);
        assertThat(at(recorded, "air", "temperature", 99)).isEqualTo(20);
        // A state does not pass through the middle.
        assertThat(at(recorded, "door", "active", 9)).isZero();
        assertThat(at(recorded, "door", "active", 10)).isEqualTo(1);
        assertThat(recorded.of(new SensorId("air"), "humidity")).isEmpty();
        assertThat(recorded.begin()).isEqualTo(SIX);
        assertThat(recorded.end()).isEqualTo(SIX.plusSeconds(20));
        assertThat(recorded.rows()).isEqualTo(3);
        assertThat(recorded.bad()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-06-01T06:00:00Z",
                "2026-06-01T08:00:00+02:00",
                "2026-06-01T06:00:00",
                "2026-06-01 06:00:00",
                "1780293600",
                "1780293600.0",
                "1780293600000"
            })
    void readsTimesAsPeopleAndMachinesWriteThem(String time) throws Exception {
        assertThat(csv("date,air.temperature\n%s,1\n".formatted(time)).begin()).isEqualTo(SIX);
    }

    @Test
    void namesEveryBadRowAndUsesNothingOfIt() throws Exception {
        var recorded = csv("""
                time,air.temperature,air.humidity,note
                2026-06-01T06:00:00Z,10,50,fine
                yesterday,11,50,
                2026-06-01T06:00:02Z,12
                2026-06-01T06:00:03Z,13,wet,
                2026-06-01T06:00:00Z,14,50,
                2026-06-01T06:00:05Z,15,NaN,
                2026-06-01T06:00:06Z,"16,50,
                2026-06-01T06:00:10Z,20,50,
                """);

        assertThat(recorded.problems())
                .satisfiesExactly(
                        one -> assertThat(one).contains("line 3 ", "time must be ISO 8601", "\"yesterday\""),
                        one -> assertThat(one).contains("line 4 ", "must have 4 cells", "has 2"),
                        one -> assertThat(one).contains("line 5 ", "air.humidity must be a number", "\"wet\""),
                        one -> assertThat(one)
                                .contains("line 6 ", "must be later than the last one of air.temperature"),
                        one -> assertThat(one).contains("line 7 ", "\"NaN\""),
                        one -> assertThat(one).contains("line 8 ", "quotation mark"));
        assertThat(recorded.bad()).isEqualTo(6);
        assertThat(recorded.rows()).isEqualTo(2);
        assertThat(recorded.unknown()).containsExactly("note");
        assertThat(at(recorded, "air", "temperature", 5)).isEqualTo(15); // halfway between the two good rows
    }

    @Test
    void readsEventsAsTheyStandInKafka() throws Exception {
        var recorded = Recorded.read(write("events.jsonl", """
                {"device":"a","sensor":"air","time":"2026-06-01T06:00:00Z","quality":"good","temperature":10.0,"humidity":50.0}
                {"device":"b","sensor":"air","time":"2026-06-01T06:00:01Z","quality":"good","temperature":99.0}
                {"device":"a","sensor":"air","time":"2026-06-01T06:00:02Z","quality":"no-answer","fault":"no such chip"}
                {"device":"a","sensor":"air","time":"2026-06-01T06:00:04Z","quality":"good","temperature":
                {"device":"a","sensor":"door","time":"2026-06-01T06:00:05Z","quality":"good","kind":"edge","active":true}
                {"device":"a","sensor":"air","time":"2026-06-01T06:00:10Z","quality":"good","temperature":20.0}
                """), Columns.BY_NAME, Optional.of("a"));

        assertThat(at(recorded, "air", "temperature", 5)).isEqualTo(15);
        assertThat(at(recorded, "door", "active", 5)).isEqualTo(1);
        assertThat(recorded.problems())
                .satisfiesExactly(
                        one -> assertThat(one).contains("line 3 ", "quality is no-answer"),
                        one -> assertThat(one).contains("line 4 ", "no JSON"));
    }

    @Test
    void takesTheNamesOfColumnsFromAFile() throws Exception {
        var map = write("map.yaml", """
                time: Timestamp
                columns:
                  "Temp (C)": {sensor: air, quantity: temperature}
                """);
        var columns = Columns.read(map).columns().orElseThrow();

        var recorded =
                Recorded.read(write("x.csv", "Temp (C),Timestamp\n21.5,1780293600\n"), columns, Optional.empty());

        assertThat(at(recorded, "air", "temperature", 0)).isEqualTo(21.5);
        assertThat(Columns.read(write("bad.yaml", "colums: {}\n")).problems())
                .singleElement()
                .asString()
                .contains("bad.yaml:1");
    }

    @Test
    void saysWhyAFileCannotBeReplayed() {
        assertThatThrownBy(() -> csv("temperature,humidity\n1,2\n"))
                .hasMessageContaining("line 1 must be a header with a column time");
        assertThatThrownBy(() -> csv("time,temperature\n2026-06-01T06:00:00Z,2\n"))
                .hasMessageContaining("none of its columns (temperature) is named sensor.quantity");
        assertThatThrownBy(() -> csv("time,air.temperature\n")).hasMessageContaining("it has no rows");
        assertThatThrownBy(() -> csv("time,a.b,a.b\n")).hasMessageContaining("names a column twice");
        assertThatThrownBy(() -> csv("time,device,a.b\n1,x,1\n2,y,1\n"))
                .hasMessageContaining("choose one with --device");
        assertThatThrownBy(() -> Recorded.read(folder.resolve("none.csv"), Columns.BY_NAME, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no file");
        assertThatThrownBy(() -> Recorded.read(write("x.txt", ""), Columns.BY_NAME, Optional.empty()))
                .hasMessageContaining("must end in .csv or .jsonl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"back.csv", "back.jsonl"})
    void readsBackWhatWasWritten(String name) throws Exception {
        var file = folder.resolve(name);
        try (var out = EventFile.create(file)) {
            out.add(event("air", 0, "\"temperature\":10.25"));
            out.add(event("door", 5, "\"active\":true"));
            out.add(event("air", 10, "\"temperature\":20.25"));
            assertThat(out.written()).isEqualTo(3);
        }

        var recorded = Recorded.read(file, Columns.BY_NAME, Optional.empty());

        assertThat(recorded.rows()).isEqualTo(3);
        assertThat(at(recorded, "air", "temperature", 5)).isEqualTo(15.25);
        assertThat(at(recorded, "door", "active", 7)).isEqualTo(1);
        assertThatThrownBy(() -> EventFile.create(file)).hasMessageContaining("is there already");
    }

    private static String event(String sensor, int second, String more) {
        return "{\"device\":\"a\",\"sensor\":\"%s\",\"time\":\"%s\",\"quality\":\"good\",%s}"
                .formatted(sensor, SIX.plusSeconds(second), more);
    }

    private static double at(Recorded recorded, String sensor, String quantity, int second) {
        return recorded.of(new SensorId(sensor), quantity).orElseThrow().at(SIX.plusSeconds(second));
    }

    private Recorded csv(String text) throws IOException {
        return Recorded.read(write("file.csv", text), Columns.BY_NAME, Optional.empty());
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
