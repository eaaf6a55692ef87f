package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpiTest {
    private LinuxBench bench;
    private Inverter chip;

    @BeforeEach
    void open(@TempDir Path root) {
        bench = new LinuxBench(root);
        chip = new Inverter();
        bench.kernel.device(bench.device("spidev0.1"), () -> chip);
    }

    @AfterEach
    void close() {
        bench.close();
        assertThat(bench.kernel.misuses()).isEmpty();
        assertThat(bench.kernel.openFiles()).as("files left open").isZero();
    }

    @Test
    void shiftsInWhatTheChipAnswersWhileItShiftsOut() throws IOException {
        var device = bench.board.spi(0, 1, 1_350_000, 3);
        assertThat(device.transfer((byte) 0x01, (byte) 0x80, (byte) 0x00)).containsExactly(0xfe, 0x7f, 0xff);
        assertThat(chip.mode).isEqualTo(3);
        assertThat(chip.bits).isEqualTo(8);
        assertThat(chip.speed).isEqualTo(1_350_000);
        assertThat(chip.transferSpeed).isEqualTo(1_350_000);
        assertThat(device.transfer()).isEmpty();
    }

    @Test
    void namesTheRemedyWhenATransferIsLongerThanTheDriversBuffer() throws IOException {
        var device = bench.board.spi(0, 1, 1_000_000, 0);
        assertThatThrownBy(() -> device.transfer(new byte[4_097]))
                .hasMessage("SPI bus 0 chip select 1: 4097 bytes are more than the driver's buffer holds: "
                        + "raise spidev.bufsiz in cmdline.txt");
    }

    @Test
    void namesTheRemedyWhenTheBusIsMissing() {
        assertThatThrownBy(() -> bench.board.spi(1, 0, 1_000_000, 0))
                .hasMessage(
                        "SPI bus 1 chip select 0: cannot open %s: No such file or directory (ENOENT): "
                                + "enable the bus, e.g. dtparam=spi=on in /boot/firmware/config.txt, and restart",
                        bench.device("spidev1.0"));
    }

    /// Answers every byte with its complement, as spidev.c would let it.
    @SuppressWarnings("restricted") // a kernel follows pointers
    private static final class Inverter implements FakeKernel.File {
        int mode;
        int bits;
        int speed;
        int transferSpeed;

        @Override
        public int ioctl(long request, MemorySegment argument) {
            if (request == SpiAbi.WRITE_MODE) {
                mode = argument.get(JAVA_BYTE, 0);
            } else if (request == SpiAbi.WRITE_BITS_PER_WORD) {
                bits = argument.get(JAVA_BYTE, 0);
            } else if (request == SpiAbi.WRITE_MAX_SPEED) {
                speed = argument.get(JAVA_INT, 0);
            } else if (request == SpiAbi.MESSAGE_OF_ONE) {
                return transfer(argument);
            } else {
                return -Errno.ENOTTY.number;
            }
            return 0;
        }

        private int transfer(MemorySegment transfer) {
            int length = transfer.get(JAVA_INT, SpiAbi.TRANSFER_LENGTH);
            if (length > 4_096) {
                return -Errno.EMSGSIZE.number;
            }
            transferSpeed = transfer.get(JAVA_INT, SpiAbi.TRANSFER_SPEED);
            var out = MemorySegment.ofAddress(transfer.get(JAVA_LONG, 0)).reinterpret(length);
            var in = MemorySegment.ofAddress(transfer.get(JAVA_LONG, SpiAbi.TRANSFER_IN))
                    .reinterpret(length);
            for (int i = 0; i < length; i++) {
                in.set(JAVA_BYTE, i, (byte) ~out.get(JAVA_BYTE, i));
            }
            return length;
        }
    }
}
