package io.pinstream.sim.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.ConfigTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The invariant: the same configuration, scenario and options give the same publications, byte for byte, in the
/// same order and at the same simulated times; another seed gives others.
@Timeout(120)
class RehearsalTest {
    private static final Instant START = Instant.parse("2026-11-24T06:00:00Z");

    /// A sensor of each kind of waiting: I²C, two inputs of one converter, SPI, 1-Wire, lines, serial ports,
    /// files.
    private static final String BOARD = """
            device: rehearsed
            broker: {longest-pause: 2s}
            sensors:
              air: {type: bme280, every: 500ms}
              room: {type: sht31, every: 700ms}
              light: {type: bh1750, every: 1s}
              level: {type: ads1115, input: a0, every: 300ms}
              tank: {type: ads1115, input: a1, every: 300ms}
              soil: {type: mcp3008, channel: 0, every: 1s}
              oven: {type: max31855, chip-select: 1, every: 1s}
              co2: {type: scd41, every: 5s}
              shake: {type: mpu6050, every: 20ms, rules: {aggregate: 1s}}
              probe: {type: ds18b20, every: 2s}
              door: {type: contact, line: 17}
              motion: {type: pir, line: 22}
              bell: {type: button, line: 23}
              rain: {type: pulse-counter, line: 27, every: 2s}
              far: {type: hc-sr04, trigger: 5, echo: 6, every: 1s}
              dust: {type: pms5003, port: /dev/ttyAMA0, every: 2s}
              place: {type: gps, port: /dev/ttyAMA1, every: 5s}
              machine: {type: host, every: 5s}
            actuators:
              fan: {type: relay, line: 12}
            rules:
              - when air.temperature > -50 for 5s then fan on
            """;

    private static final String SCENARIO = """
            for: 60s
            at 5s: door opens
            at 8s: air unplugged for 6s
            at 10s: network down for 15s
            at 12s: [door closes, level bus hangs for 3s]
            at 14s: bell pressed
            at 17s: bell released
            at 20s: probe unplugged for 5s
            at 30s: [soil unplugged for 4s, room flips bits for 4s]
            at 40s: network down for 5s
            at 50s: light drifts 100/min
            """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 42, -3})
    void saysTheSameByteForByteForTheSameSeed(long seed) throws Exception {
        var first = lines(seed, Optional.empty());

        assertSame(first, lines(seed, Optional.empty()));
        assertThat(first).hasSizeGreaterThan(100);
    }

    @Test
    void saysTheSameForTheSameFaultsByChance() throws Exception {
        var first = lines(11, Optional.of(30.0));

        assertSame(first, lines(11, Optional.of(30.0)));
        assertThat(first).isNotEqualTo(lines(11, Optional.empty()));
    }

    @Test
    void saysSomethingElseForAnotherSeed() throws Exception {
        assertThat(lines(1, Optional.empty())).isNotEqualTo(lines(2, Optional.empty()));
    }

    /// Shows the first line that differs, and not all of them.
    private static void assertSame(List<String> first, List<String> second) {
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            assertThat(second.get(i)).as("publication %d", i).isEqualTo(first.get(i));
        }
        assertThat(second).hasSameSizeAs(first);
    }

    private List<String> lines(long seed, Optional<Double> faults) throws IOException, InterruptedException {
        var lines = new ArrayList<String>();
        var options = new Rehearsal.Options(seed, START, Optional.empty(), faults);
        var place = Files.createTempDirectory(folder, "run");
        var file = Files.writeString(place.resolve("agent.yaml"), BOARD);
        var read = AgentConfig.read(file);
        assertThat(read.problems()).isEmpty();
        var ending = new Rehearsal(read.config().orElseThrow(), options, said -> lines.add(said.line()))
                .play(place, Optional.of(ConfigTree.parse("scenario", SCENARIO)), AgentWatch.NONE);
        assertThat(ending).isInstanceOf(Rehearsal.Ending.Ran.class);
        return lines;
    }
}
