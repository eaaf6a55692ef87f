package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.SensorId;
import io.pinstream.sim.process.Program;
import io.pinstream.sim.replay.Columns;
import io.pinstream.sim.replay.Recorded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A recording through chips, drivers, agent, broker, hub and Kafka, and back into a file.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class ReplayIT {
    private static final Instant BEGIN = Instant.parse("2020-02-01T12:00:00Z");
    private static final int SECONDS = 240;

    @TempDir
    Path temporary;

    @Test
    void bringsARecordingThroughTheDriversToKafkaAndBackIntoAFile() throws Exception {
        try (var stage = new Stage(temporary)) {
            // Given a temperature that rises, a voltage behind a divider, and a row that makes no sense
            stage.hub("").awaitOutput("lane is open lane=3");
            var rows = new ArrayList<>(List.of("time,air.temperature,battery.voltage,cellar.temperature"));
            for (int second = 0; second <= SECONDS; second += 10) {
                rows.add("%s,%s,12.5,4".formatted(BEGIN.plusSeconds(second), 10 + second / 20.0));
            }
            rows.add("%s,warm,12.5,4".formatted(BEGIN.plusSeconds(SECONDS + 10)));
            var file = Files.write(temporary.resolve("recorded.csv"), rows);
            var config = Files.writeString(
                    temporary.resolve("agent.yaml"), """
                    device: replayed
                    broker: {url: "tcp://127.0.0.1:%d"}
                    outbox: {folder: "%s"}
                    packs: {linger: 100ms}
                    sensors:
                      air: {type: bme280, every: 100ms}
                      battery: {type: ads1115, every: 100ms, rate: 860, scale: {quantity: voltage, factor: 5}}
                    """.formatted(stage.mqttPort, temporary.resolve("outbox")));

            // When
            var replay = simulator("replay", file.toString(), "-c", config.toString(), "--speed", "30x");

            // Then it says what it left out, and ends by itself
            assertThat(replay.waitFor(Duration.ofMinutes(1))).isZero();
            assertThat(replay.output())
                    .contains("25 rows from 2020-02-01T12:00:00Z to 2020-02-01T12:04:00Z")
                    .contains("line 27 is left out: air.temperature must be a number")
                    .contains("1 rows are left out in all")
                    .contains("cellar.temperature is not replayed: ")
                    .contains("has no sensor cellar")
                    .contains("replay is at its end")
                    .doesNotContain("\tat ");

            // And what the drivers read is in Kafka, and in files that can be replayed
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(Committed.of(stage, "replayed")).hasSizeGreaterThan(40));
            var lines = record(stage, "again.jsonl");
            var columns = record(stage, "again.csv");
            assertRising(lines);
            assertRising(columns);
            assertThat(columns.rows()).isEqualTo(lines.rows());
            assertThat(columns.begin()).isEqualTo(lines.begin());
            assertThat(columns.end()).isEqualTo(lines.end());
        }
    }

    private Recorded record(Stage stage, String name) throws Exception {
        var file = temporary.resolve(name);
        var record = simulator("record", file.toString(), "--kafka", stage.bootstrap, "--device", "replayed");
        assertThat(record.waitFor(Duration.ofMinutes(1))).as(record.output()).isZero();
        var recorded = Recorded.read(file, Columns.BY_NAME, Optional.empty());
        assertThat(record.output()).contains("%,d events in".formatted(recorded.rows()));
        assertThat(recorded.rows()).isEqualTo(Committed.of(stage, "replayed").size());
        assertThat(recorded.bad()).isZero();
        return recorded;
    }

    /// From about 10 °C to 22 °C; a volt of the chip's stands for five.
    private static void assertRising(Recorded recorded) {
        var air = recorded.of(new SensorId("air"), "temperature").orElseThrow();
        double first = air.at(recorded.begin());
        double last = air.at(recorded.end());
        assertThat(first).isBetween(9.9, 16.0);
        assertThat(last).isCloseTo(22, Offset.offset(0.05));
        double before = first;
        for (int i = 1; i <= 20; i++) {
            var time = recorded.begin()
                    .plus(Duration.between(recorded.begin(), recorded.end())
                            .multipliedBy(i)
                            .dividedBy(20));
            assertThat(air.at(time)).isGreaterThanOrEqualTo(before - 0.03);
            before = air.at(time);
        }
        var battery = recorded.of(new SensorId("battery"), "voltage").orElseThrow();
        assertThat(battery.at(recorded.end())).isCloseTo(12.5, Offset.offset(0.01));
    }

    private Program simulator(String command, String... arguments) throws IOException {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of(arguments));
        return Program.java(
                command,
                temporary.resolve("%s-%d.log".formatted(command, all.hashCode())),
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                        "-Dslf4j.internal.verbosity=WARN"),
                "io.pinstream.sim.Main",
                all);
    }
}
