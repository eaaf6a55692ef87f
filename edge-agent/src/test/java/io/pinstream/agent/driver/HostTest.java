package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostTest {
    @TempDir
    Path root;

    @Test
    void readsTheMachineFromTheKernelsFiles() throws Exception {
        // Given
        write("sys/class/thermal/thermal_zone10/temp", "61000\n");
        write("sys/class/thermal/thermal_zone0/temp", "-274000\n");
        write("sys/class/thermal/thermal_zone2/temp", "48312\n");
        write("proc/loadavg", "0.52 0.58 0.59 1/389 12345\n");
        write(
                "proc/meminfo",
                "MemTotal:         441328 kB\nMemFree:           30000 kB\nMemAvailable:     201728 kB\n");
        write("proc/net/dev", """
                Inter-| Receive | Transmit
                face |bytes packets errs drop fifo frame comp multi|bytes packets errs drop fifo colls carrier comp
                lo: 99999999 1200 0 0 0 0 0 0 99999999 1200 0 0 0 0 0 0
                eth0: 1000 10 0 0 0 0 0 0 200 2 0 0 0 0 0 0
                wlan0:30000000000 20 0 0 0 0 0 0 4000000000 30 0 0 0 0 0 0
                """);

        // When
        var reading = new Host(new KernelFiles(root), root).read();

        // Then
        assertThat(reading.quality().isGood()).isTrue();
        assertThat(reading.measurements()).extracting(Measurement::quantity).isEqualTo(Host.QUANTITIES);
        assertThat(reading.measurements())
                .contains(
                        Measurement.of(Quantity.TEMPERATURE, 48.312),
                        Measurement.of(Host.LOAD, 0.52),
                        Measurement.of(Host.MEMORY_AVAILABLE, 201728 * 1024.0),
                        Measurement.of(Host.NETWORK_RECEIVED, 30000001000.0),
                        Measurement.of(Host.NETWORK_SENT, 4000000200.0));
    }

    @Test
    void takesTheFirstMonitorWhereThereIsNoZone() throws Exception {
        write("sys/class/hwmon/hwmon0/name", "nothing warm");
        write("sys/class/hwmon/hwmon1/temp1_input", "39500\n");

        assertThat(new Host(new KernelFiles(root), root).read().measurements())
                .contains(Measurement.of(Quantity.TEMPERATURE, 39.5));
    }

    @Test
    void leavesOutWhatTheMachineDoesNotHave() throws Exception {
        write("proc/loadavg", "rubbish");

        assertThat(new Host(new KernelFiles(root), root).read().measurements())
                .extracting(Measurement::quantity)
                .containsExactly(Host.DISK_FREE);
    }

    @Test
    void aDiskThatIsNotThereIsAFailure() {
        var host = new Host(new KernelFiles(root), root.resolve("absent"));

        var failure = catchThrowableOfType(ReadFailed.class, host::read);

        assertThat(failure.flaw()).isEqualTo(Flaw.NO_ANSWER);
        assertThat(failure).hasMessageContaining("absent cannot be asked").hasMessageContaining("set disk to a path");
    }

    private void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
