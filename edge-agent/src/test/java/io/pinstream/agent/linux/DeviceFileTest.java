package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceFileTest {
    private static final Path PATH = Path.of("/dev/spidev0.0");

    private final FakeKernel kernel = new FakeKernel();

    @Test
    void isUsedNoMoreOnceItIsClosed() throws IOException {
        kernel.device(PATH.toString(), () -> new FakeKernel.File() {});
        var file = DeviceFile.open(kernel, Subsystem.SPI, PATH);
        file.close();
        file.close();

        assertThatThrownBy(() -> file.ioctl("SPI_IOC_WR_MODE", SpiAbi.WRITE_MODE, 0))
                .hasMessage("/dev/spidev0.0 is closed");
        assertThat(file.read(MemorySegment.NULL)).isZero();
        assertThat(file.number()).isNegative();
        assertThat(kernel.misuses())
                .as("calls that would have gone to whoever has the number now")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EACCES | Permission denied (EACCES): add the user of the agent to the group spi, and restart it",
                "EPERM  | Operation not permitted (EPERM): add the user of the agent to the group spi, and restart it",
                "ENODEV | No such device (ENODEV): enable the bus, e.g. dtparam=spi=on in /boot/firmware/config.txt, "
                        + "and restart",
                "EBUSY  | Device or resource busy (EBUSY): it has another user",
                "EIO    | Input/output error (EIO)",
            })
    void namesReasonAndRemedyWhenItCannotBeOpened(Errno reason, String told) {
        kernel.refuse(PATH.toString(), reason);
        assertThatThrownBy(() -> DeviceFile.open(kernel, Subsystem.SPI, PATH))
                .hasMessage("cannot open /dev/spidev0.0: " + told);
    }

    @Test
    void tellsTheNumberOfAReasonThatItHasNoWordsFor() {
        assertThat(Errno.describe(75)).isEqualTo("error 75");
    }
}
