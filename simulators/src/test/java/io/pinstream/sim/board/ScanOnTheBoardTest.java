package io.pinstream.sim.board;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.Lm75Config;
import io.pinstream.agent.driver.Tmp102Config;
import io.pinstream.agent.scan.Found;
import io.pinstream.agent.scan.Pasted;
import io.pinstream.agent.scan.Scan;
import io.pinstream.sim.chip.Ads1115Chip;
import io.pinstream.sim.chip.Bh1750Chip;
import io.pinstream.sim.chip.Bme280Chip;
import io.pinstream.sim.chip.Ds18b20Chip;
import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.Ina219Chip;
import io.pinstream.sim.chip.KernelDevice;
import io.pinstream.sim.chip.Lm75Chip;
import io.pinstream.sim.chip.Mpu6050Chip;
import io.pinstream.sim.chip.Scd41Chip;
import io.pinstream.sim.chip.Sht31Chip;
import io.pinstream.sim.chip.Tmp102Chip;
import io.pinstream.sim.signal.Signal;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sensors scan` on every chip that a configuration can name.
class ScanOnTheBoardTest {
    private static final Signal ANY = Signal.constant(20);

    @TempDir
    Path root;

    private Bench bench;
    private Board pins;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root);
        pins = Board.of(bench.board.context(), new KernelFiles(root), bench.board.serialPorts(), TimeSource.system());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void knowsEveryTypeByItsAddressAtLeastAndTheseByWhatTheySay() {
        // Given each type alone on a bus, at each of its addresses
        Map<String, Function<InstantSource, I2cChip>> chips = Map.of(
                "bme280", world -> Bme280Chip.bme280(new Bme280Chip.Air(ANY, ANY, Signal.constant(101_325)), world),
                "bmp280", world -> Bme280Chip.bmp280(new Bme280Chip.Air(ANY, ANY, Signal.constant(101_325)), world),
                "ads1115", world -> new Ads1115Chip(List.of(ANY, ANY, ANY, ANY), world),
                "ina219", world -> new Ina219Chip(ANY, ANY, 0.1, world),
                "scd41", world -> new Scd41Chip(new Scd41Chip.Air(ANY, ANY, ANY), world),
                "mpu6050",
                        world -> new Mpu6050Chip(
                                new Mpu6050Chip.Motion(List.of(ANY, ANY, ANY), List.of(ANY, ANY, ANY), ANY), world),
                "sht31", world -> new Sht31Chip(ANY, ANY, world),
                "bh1750", world -> new Bh1750Chip(ANY, world),
                "tmp102", world -> new Tmp102Chip(ANY, world),
                "lm75", world -> new Lm75Chip(ANY, 9, world));
        assertThat(chips.keySet())
                .as("every type on I2C is here")
                .isEqualTo(SensorConfig.signs().keySet());
        int bus = 1;
        for (var type : chips.entrySet()) {
            for (int address : SensorConfig.signs().get(type.getKey()).addresses()) {
                bench.board.attach(bus, address, type.getValue().apply(bench.world));

                // When
                var found = i2c(bus++);

                // Then
                var one = found.getFirst();
                assertThat(found).hasSize(1);
                assertThat(one.types()).as("at 0x%02x", address).containsExactly(type.getKey());
                assertThat(one.certain())
                        .as("%s says so itself", type.getKey())
                        .isEqualTo(!List.of("scd41", "sht31", "bh1750").contains(type.getKey()));
            }
        }
    }

    @Test
    void listsWhoItMayBeWhereNobodyCanTell() throws Exception {
        // Given three chips of one address, each set up by its driver, so that it is not as at power-on
        bench.board.attach(1, 0x48, new Ads1115Chip(List.of(ANY, ANY, ANY, ANY), bench.world));
        bench.board.attach(2, 0x48, new Tmp102Chip(ANY, bench.world));
        bench.board.attach(3, 0x48, new Lm75Chip(ANY, 9, bench.world));
        for (var config : List.of(
                new Ads1115Config(1, 0x48, Ads1115Config.Input.A1, 4.096, 860, Optional.empty()),
                new Tmp102Config(2, 0x48),
                new Lm75Config(3, 0x48, 9))) {
            ((Driver.Polled) config.open(pins)).read();
        }

        // Then the one that is there is always among those named, and the reading goes on
        assertThat(i2c(1).getFirst().types()).contains("ads1115");
        assertThat(i2c(2).getFirst().types()).contains("tmp102");
        assertThat(i2c(3).getFirst().types()).contains("lm75");
        assertThat(pasted(List.of(new Found(
                                "i2c",
                                "bus 1 address 0x48",
                                List.of("ads1115", "tmp102", "lm75"),
                                false,
                                "one of these",
                                "ads1115-1-48",
                                new TreeMap<>())))
                        .sensors())
                .as("nothing is guessed")
                .hasSize(1);
    }

    @Test
    void findsWhatTheKernelShows() throws IOException {
        // Given
        bench.board.attach(new Ds18b20Chip("28-00000a1b2c3d", ANY));
        bench.board.attach(KernelDevice.dht22(root, 0, "dht11@4", ANY, ANY, bench.world));
        bench.board.attach(KernelDevice.ina219(root, 0, "ina219", ANY, ANY, bench.world));
        bench.board.attach(KernelDevice.ina219(root, 1, "ina219", ANY, ANY, bench.world));

        // When
        var found =
                new Scan(pins, SensorConfig.signs()).run(OptionalInt.empty()).found();

        // Then
        assertThat(found).extracting(one -> one.types().getFirst()).containsExactly("ds18b20", "iio", "hwmon", "hwmon");
        assertThat(found)
                .extracting(one -> one.keys().firstEntry().getValue())
                .containsExactly("28-00000a1b2c3d", "dht11@4", "hwmon0", "hwmon1");
        assertThat(pasted(found).sensors()).hasSize(5);
    }

    @Test
    void printsAConfigurationThatTheAgentTakesAndReadsBy() throws Exception {
        // Given
        bench.board
                .attach(1, 0x76, Bme280Chip.bme280(new Bme280Chip.Air(ANY, ANY, Signal.constant(101_325)), bench.world))
                .attach(1, 0x62, new Scd41Chip(new Scd41Chip.Air(ANY, ANY, ANY), bench.world))
                .attach(1, 0x23, new Bh1750Chip(ANY, bench.world))
                .attach(1, 0x49, new Tmp102Chip(ANY, bench.world));

        // When
        var config = pasted(i2c(1));

        // Then
        assertThat(config.sensors())
                .extracting(one -> one.driver().type() + " " + one.driver().where())
                .containsExactly(
                        "host this machine",
                        "bh1750 bus 1 address 0x23",
                        "tmp102 bus 1 address 0x49",
                        "scd41 bus 1 address 0x62",
                        "bme280 bus 1 address 0x76");
        assertThat(((Driver.Polled) new Tmp102Config(1, 0x49).open(pins)).read().measurements())
                .as("it measures as before")
                .isNotEmpty();
    }

    private List<Found> i2c(int bus) {
        return new Scan(pins, SensorConfig.signs())
                .run(OptionalInt.of(bus)).found().stream()
                        .filter(one -> one.bus().equals("i2c"))
                        .toList();
    }

    private AgentConfig pasted(List<Found> found) throws IOException {
        var file = Files.writeString(root.resolve("agent.yaml"), "device: test\n" + Pasted.yaml(found));
        var read = AgentConfig.read(file);
        assertThat(read.problems()).as(Files.readString(file)).isEmpty();
        return read.config().orElseThrow();
    }
}
