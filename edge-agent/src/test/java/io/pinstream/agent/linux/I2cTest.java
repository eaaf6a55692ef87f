package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.agent.board.NoAnswer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class I2cTest {
    /// i2c-stub's: byte, byte data, word data and I2C block data, both ways.
    private static final long STUB = 0x0c7e_0000L;

    private LinuxBench bench;

    @BeforeEach
    void open(@TempDir Path root) {
        bench = new LinuxBench(root);
    }

    @AfterEach
    void close() {
        bench.close();
        assertThat(bench.kernel.misuses()).isEmpty();
        assertThat(bench.kernel.openFiles()).as("files left open").isZero();
    }

    @Test
    void readsRegistersInOneTransferWithARepeatedStart() throws IOException {
        var bus = bus(I2cAbi.FUNC_I2C | STUB);
        bus.chip(0x76)[0xd0] = 0x60;
        bus.chip(0x76)[0xd1] = 0x7f;
        var chip = bench.board.i2c(1, 0x76);

        assertThat(chip.registers(0xd0, 2)).containsExactly(0x60, 0x7f);
        assertThat(bus.wire).containsExactly("write d0", "repeated start, read 2");
    }

    @Test
    void writesAndReadsWithoutARegister() throws IOException {
        var bus = bus(I2cAbi.FUNC_I2C);
        var chip = bench.board.i2c(1, 0x48);
        bus.chip(0x48);
        chip.write((byte) 0x01, (byte) 0xc3, (byte) 0x83);
        chip.write((byte) 0x01);

        assertThat(chip.read(2)).containsExactly(0xc3, 0x83);
        assertThat(bus.wire).containsExactly("write 01c383", "write 01", "read 2");
    }

    @Test
    void keepsTwoChipsOfABusApart() throws IOException {
        var bus = bus(STUB);
        bus.chip(0x48)[0] = 1;
        bus.chip(0x76)[0] = 2;
        var one = bench.board.i2c(1, 0x48);
        var two = bench.board.i2c(1, 0x76);

        assertThat(one.registers(0, 1)).containsExactly(1);
        assertThat(two.registers(0, 1)).containsExactly(2);
        assertThat(one.registers(0, 1)).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"EREMOTEIO", "ENXIO", "ENODEV"})
    void noAcknowledgeIsNoAnswer(Errno reason) throws IOException {
        var bus = bus(I2cAbi.FUNC_I2C);
        bus.unanswered = reason;
        var chip = bench.board.i2c(1, 0x77);

        assertThatThrownBy(() -> chip.registers(0xd0, 1))
                .isInstanceOf(NoAnswer.class)
                .hasMessage("no chip answers at bus 1 address 0x77: check wiring, address and power");
    }

    @Test
    void aBusThatIsHeldDownIsNoMissingChip() throws IOException {
        var bus = bus(I2cAbi.FUNC_I2C);
        bus.unanswered = Errno.ETIMEDOUT;
        var chip = bench.board.i2c(1, 0x77);

        assertThatThrownBy(() -> chip.registers(0xd0, 1))
                .isNotInstanceOf(NoAnswer.class)
                .hasMessage("bus 1 address 0x77: the transfer timed out: is SDA or SCL held low? "
                        + "Check wiring and pull-up resistors");
    }

    @Test
    void setsTheKernelsTimeLimit() throws IOException {
        var bus = bus(I2cAbi.FUNC_I2C);
        bench.board.i2c(1, 0x77);
        assertThat(bus.timeout).as("in units of 10 ms").isEqualTo(100);
    }

    @Test
    void leavesAChipToTheKernelsDriverThatHasIt() throws IOException {
        var bus = bus(I2cAbi.FUNC_I2C);
        bus.boundByTheKernel.add(0x68);
        assertThatThrownBy(() -> bench.board.i2c(1, 0x68))
                .hasMessage("bus 1 address 0x68: a driver of the kernel has the chip: "
                        + "unbind it, see /sys/bus/i2c/devices/1-0068/driver");
    }

    @Test
    void speaksSmbusWhereTheAdapterKnowsNothingElse() throws IOException {
        var bus = bus(STUB);
        var registers = bus.chip(0x76);
        for (int i = 0; i < 0x40; i++) {
            registers[i] = (byte) i;
        }
        var chip = bench.board.i2c(1, 0x76);

        assertThat(chip.registers(0x10, 1)).containsExactly(0x10);
        assertThat(chip.registers(0x10, 2)).containsExactly(0x10, 0x11);
        assertThat(chip.registers(0x10, 26)).isEqualTo(Arrays.copyOfRange(registers, 0x10, 0x2a));
        assertThat(chip.registers(0x10, 32)).hasSize(32);
        chip.write((byte) 0x20);
        assertThat(chip.read(1)).containsExactly(0x20);
        chip.register(0x50, 0xaa);
        chip.write((byte) 0x60, (byte) 1, (byte) 2);
        chip.write((byte) 0x70, (byte) 3, (byte) 4, (byte) 5);

        assertThat(bus.wire)
                .containsExactly(
                        "read byte data of 1",
                        "read word data of 2",
                        "read block data of 26",
                        "read block data of 32",
                        "write byte",
                        "read byte",
                        "write byte data of 1",
                        "write word data of 2",
                        "write block data of 3");
        assertThat(registers[0x50]).isEqualTo((byte) 0xaa);
        assertThat(Arrays.copyOfRange(registers, 0x60, 0x62)).containsExactly(1, 2);
        assertThat(Arrays.copyOfRange(registers, 0x70, 0x73)).containsExactly(3, 4, 5);
    }

    @Test
    void saysWhatSmbusCannotSay() throws IOException {
        bus(STUB).chip(0x76);
        var chip = bench.board.i2c(1, 0x76);
        assertThatThrownBy(() -> chip.registers(0, 33))
                .hasMessage("bus 1 address 0x76: this adapter knows SMBus only, which has no transfer that "
                        + "reads 33 bytes from a register");
        assertThatThrownBy(() -> chip.read(2)).hasMessageContaining("reads 2 bytes from no register");
        assertThatThrownBy(() -> chip.writeRead(new byte[2], 4)).hasMessageContaining("writes 2 bytes, then reads 4");
        assertThatThrownBy(() -> chip.write(new byte[34])).hasMessageContaining("writes 34 bytes");
    }

    @Test
    void aMessageIsBounded() throws IOException {
        bus(I2cAbi.FUNC_I2C).chip(0x76);
        var chip = bench.board.i2c(1, 0x76);
        assertThat(chip.read(8_192)).hasSize(8_192);
        assertThatThrownBy(() -> chip.read(8_193))
                .hasMessageContaining("an I2C message has at most 8192 bytes, but this had 8193");
    }

    private FakeI2cBus bus(long functions) {
        return new FakeI2cBus(bench.kernel, bench.device("i2c-1"), functions);
    }
}
