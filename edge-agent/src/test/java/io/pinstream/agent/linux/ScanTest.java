package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.scan.Found;
import io.pinstream.agent.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scan over our own provider, down to what goes over the wire.
class ScanTest {
    private static final long SMBUS_ONLY = 0x0c7e_0000L;

    @TempDir
    Path root;

    private LinuxBench bench;

    @BeforeEach
    void open() {
        bench = new LinuxBench(root);
    }

    @AfterEach
    void close() {
        bench.close();
        assertThat(bench.kernel.misuses()).isEmpty();
        assertThat(bench.kernel.openFiles()).as("files left open").isZero();
    }

    @Test
    void asksAsI2cdetectDoesAndWritesNoRegister() {
        // Given
        var bus = new FakeI2cBus(bench.kernel, bench.device("i2c-1"), I2cAbi.FUNC_I2C);
        bus.chip(0x76)[0xd0] = 0x60;
        bus.chip(0x3c);
        bus.chip(0x50);

        // When
        var report = scan(OptionalInt.of(1));

        // Then: nothing, or a register's number, or a read; never a value
        assertThat(bus.wire).containsExactly("write ", "read 1", "write ", "write d0", "repeated start, read 1");
        assertThat(report.found())
                .extracting(Found::place)
                .contains("bus 1 address 0x3c", "bus 1 address 0x50", "bus 1 address 0x76");
        assertThat(report.found())
                .filteredOn(Found::certain)
                .extracting(Found::types)
                .contains(List.of("bme280"));
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void readsWhereAnAdapterHasNoTransferWithoutBytes() {
        var bus = new FakeI2cBus(bench.kernel, bench.device("i2c-1"), SMBUS_ONLY);
        bus.chip(0x77)[0xd0] = 0x58;

        assertThat(scan(OptionalInt.of(1)).found())
                .filteredOn(one -> one.bus().equals("i2c"))
                .singleElement()
                .satisfies(one -> assertThat(one.types()).containsExactly("bmp280"))
                .satisfies(one -> assertThat(one.keys()).containsEntry("address", "0x77"));
    }

    @Test
    void leavesAChipToTheKernelsDriver() {
        var bus = new FakeI2cBus(bench.kernel, bench.device("i2c-1"), I2cAbi.FUNC_I2C);
        bus.chip(0x68);
        bus.boundByTheKernel.add(0x68);

        assertThat(scan(OptionalInt.of(1)).found())
                .filteredOn(one -> one.bus().equals("i2c"))
                .singleElement()
                .satisfies(one -> assertThat(one.says()).startsWith("a driver of the kernel has it"));
        assertThat(bus.wire).isEmpty();
    }

    @Test
    void saysWhyABusCannotBeLookedAt() {
        var report = scan(OptionalInt.of(3));
        assertThat(report.notes()).anyMatch(note -> note.contains("i2c-3") && note.contains("dtparam=i2c_arm=on"));
    }

    @Test
    void leavesOutTheBusesOfScreensUnlessTheyAreAskedFor() throws IOException {
        // Given
        Files.createDirectories(root.resolve("dev"));
        Files.createFile(root.resolve("dev/i2c-1"));
        Files.createFile(root.resolve("dev/i2c-20"));
        Files.createDirectories(root.resolve("sys/class/i2c-dev/i2c-20"));
        Files.writeString(root.resolve("sys/class/i2c-dev/i2c-20/name"), "vc4-hdmi-0 ddc\n");
        new FakeI2cBus(bench.kernel, bench.device("i2c-1"), I2cAbi.FUNC_I2C);
        var screen = new FakeI2cBus(bench.kernel, bench.device("i2c-20"), I2cAbi.FUNC_I2C);
        screen.chip(0x50);

        // When
        var report = scan(OptionalInt.empty());

        // Then
        assertThat(screen.wire).isEmpty();
        assertThat(report.notes()).containsExactly("bus 20 (vc4-hdmi-0 ddc) was left out: --bus 20 looks at it");
    }

    @Test
    void findsAThermometerOn1WireOnceAlthoughTheKernelShowsItTwice() throws IOException {
        Files.createDirectories(root.resolve("sys/bus/w1/devices/28-005eed0000a1"));
        for (var name : List.of("w1_slave_temp", "cpu_thermal")) {
            Files.writeString(
                    Files.createDirectories(root.resolve("sys/class/hwmon/hwmon" + name.length()))
                            .resolve("name"),
                    name + "\n");
        }

        assertThat(scan(OptionalInt.empty()).found())
                .extracting(Found::types)
                .containsExactly(List.of("ds18b20"), List.of("hwmon"));
    }

    @Test
    void tellsThatThereIsNoBusAndHowToGetOne() {
        assertThat(scan(OptionalInt.empty()).notes())
                .singleElement()
                .asString()
                .contains("dtparam=i2c_arm=on into /boot/firmware/config.txt");
    }

    private Scan.Report scan(OptionalInt bus) {
        return new Scan(bench.board, SensorConfig.signs()).run(bus);
    }
}
