package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files as a kernel shows them: names, units and shapes of Documentation/ABI/testing/sysfs-bus-iio and
/// Documentation/hwmon/sysfs-interface.rst.
final class KernelDevicesTest {
    @TempDir
    Path root;

    @Test
    void knowsTheUnitsOfEveryTypeOfChannel() throws Exception {
        iio(
                "everything",
                Map.ofEntries(
                        Map.entry("in_temp_input", "23400"),
                        Map.entry("in_humidityrelative_input", "48100"),
                        Map.entry("in_pressure_input", "101.325"),
                        Map.entry("in_illuminance_input", "420.5"),
                        Map.entry("in_voltage0_raw", "1000"),
                        Map.entry("in_voltage0_scale", "0.5"),
                        Map.entry("in_voltage10_raw", "4"),
                        Map.entry("in_voltage1-voltage2_raw", "-100"),
                        Map.entry("in_voltage_scale", "2"),
                        Map.entry("in_current_raw", "250"),
                        Map.entry("in_power_raw", "1500"),
                        Map.entry("in_distance_input", "1.25"),
                        Map.entry("in_concentration_co2_raw", "415"),
                        Map.entry("in_concentration_co2_scale", "0.0001"),
                        Map.entry("in_anglvel_y_raw", "10"),
                        Map.entry("in_anglvel_scale", "0.001064724"),
                        Map.entry("in_magn_z_raw", "500"),
                        Map.entry("in_magn_scale", "0.001"),
                        Map.entry("in_resistance_input", "51000"),
                        Map.entry("in_proximity_raw", "7"),
                        Map.entry("in_temp_raw", "9"), // the processed one counts
                        Map.entry("sampling_frequency", "1")));

        assertThat(figures(new Iio(new KernelFiles(root), Optional.empty(), List.of()).read()))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("temperature Cel", 23.4),
                        Map.entry("humidity %RH", 48.1),
                        Map.entry("pressure Pa", 101_325.0),
                        Map.entry("illuminance lx", 420.5),
                        Map.entry("voltage0 V", 0.5),
                        Map.entry("voltage1_2 V", -0.2),
                        Map.entry("voltage10 V", 0.008),
                        Map.entry("current A", 0.25),
                        Map.entry("power W", 1.5),
                        Map.entry("distance m", 1.25),
                        Map.entry("co2 ppm", 415.0),
                        Map.entry("rotation_y rad/s", 0.010647),
                        Map.entry("magnetic_flux_z T", 5e-5),
                        Map.entry("resistance Ohm", 51_000.0)));
    }

    @Test
    void asksOnceMoreWhereAReadFailedAndNotAThirdTime() throws Exception {
        var looks = new AtomicInteger();
        assertThat(Iio.twice(
                        _ -> {
                            if (looks.incrementAndGet() == 1) {
                                throw new IOException("Connection timed out");
                            }
                            return 23_400;
                        },
                        "in_temp_input"))
                .isEqualTo(23_400);
        looks.set(0);
        assertThatThrownBy(() -> Iio.twice(
                        _ -> {
                            throw new IOException("try " + looks.incrementAndGet());
                        },
                        "in_temp_input"))
                .hasMessage("try 2");
    }

    @Test
    void aDeviceWithoutWhatIsKnownSaysWhatIs() throws Exception {
        iio("vcnl4010", Map.of("in_proximity_raw", "7"));
        var driver = new Iio(new KernelFiles(root), Optional.empty(), List.of());

        assertThat(catchThrowableOfType(ReadFailed.class, driver::read))
                .hasMessageStartingWith("IIO device vcnl4010 has no channel that is known; known are [accel, anglvel,");
    }

    @Test
    void aFileThatIsNoNumberIsNoValue() throws Exception {
        iio("dht11@4", Map.of("in_temp_input", "NaN"));
        var driver = new Iio(new KernelFiles(root), Optional.empty(), List.of());

        var failure = catchThrowableOfType(ReadFailed.class, driver::read);
        assertThat(failure).hasMessageContaining("does not give temp (3 characters, which are no number)");
        assertThat(failure.flaw()).isEqualTo(Flaw.NO_ANSWER);
    }

    @Test
    void aMonitorWithSeveralOfAKindCountsThemAsTheKernelDoes() throws Exception {
        write(
                "sys/class/hwmon/hwmon0",
                Map.of(
                        "name", "nct6775",
                        "temp1_input", "34000",
                        "temp2_input", "-5500",
                        "in0_input", "1088",
                        "fan1_input", "1180",
                        "power1_average", "2500000",
                        "temp1_max", "80000"));

        assertThat(figures(new Hwmon(new KernelFiles(root), Optional.of("nct6775"), List.of()).read()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "temperature1 Cel", 34.0,
                        "temperature2 Cel", -5.5,
                        "voltage V", 1.088,
                        "fan_speed 1/min", 1180.0,
                        "power W", 2.5));
    }

    @Test
    void aThermalZoneIsFoundByItsType() throws Exception {
        write("sys/class/thermal/thermal_zone0", Map.of("type", "gpu-thermal", "temp", "50000"));
        write("sys/class/thermal/thermal_zone1", Map.of("type", "cpu-thermal", "temp", "48500"));
        write("sys/class/thermal/thermal_zone2", Map.of("type", "modem", "temp", "-274000"));

        assertThat(new Hwmon(new KernelFiles(root), Optional.of("cpu-thermal"), List.of()).read())
                .isEqualTo(Reading.good(Measurement.of(Quantity.TEMPERATURE, 48.5)));
        var modem = new Hwmon(new KernelFiles(root), Optional.of("modem"), List.of());
        var failure = catchThrowableOfType(ReadFailed.class, modem::read);
        assertThat(failure).hasMessage("temp of modem says -274.0 °C, which nothing is: it has no sensor");
        assertThat(failure.flaw()).isEqualTo(Flaw.OUT_OF_RANGE);
    }

    @Test
    void aChannelThatTheKernelCallsBrokenIsNoValue() throws Exception {
        write("sys/class/hwmon/hwmon0", Map.of("name", "max31785", "temp1_input", "0", "temp1_fault", "1"));
        var driver = new Hwmon(new KernelFiles(root), Optional.empty(), List.of());

        assertThat(catchThrowableOfType(ReadFailed.class, driver::read))
                .hasMessage("temp1 of max31785: the kernel says that it is broken or missing");
    }

    @Test
    void refusesChannelsThatNobodyKnows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IioConfig(Optional.empty(), List.of("temp", "smell")))
                .withMessageContaining("humidityrelative")
                .withMessageEndingWith("but one is \"smell\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HwmonConfig(Optional.empty(), List.of("temp")))
                .withMessageStartingWith("channels may be temp1, in0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HwmonConfig(Optional.empty(), List.of("temp1", "temp1")))
                .withMessage("channels must each stand once, but were [temp1, temp1]");
        assertThat(new IioConfig(Optional.empty(), List.of("voltage3")).quantities())
                .extracting(Quantity::name)
                .containsExactly("voltage3");
    }

    private void iio(String name, Map<String, String> files) throws IOException {
        var all = new TreeMap<>(files);
        all.put("name", name);
        write("sys/bus/iio/devices/iio:device0", all);
    }

    private void write(String folder, Map<String, String> files) throws IOException {
        Files.createDirectories(root.resolve(folder));
        for (var file : files.entrySet()) {
            Files.writeString(root.resolve(folder).resolve(file.getKey()), file.getValue() + "\n");
        }
    }

    private static Map<String, Double> figures(Reading reading) {
        var figures = new TreeMap<String, Double>();
        for (var each : reading.measurements()) {
            double value = ((Value.Decimal) each.value()).number();
            figures.put(each.quantity().name() + " " + each.quantity().unit(), Math.round(value * 1e6) / 1e6);
        }
        return figures;
    }
}
