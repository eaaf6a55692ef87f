package io.pinstream.agent.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import io.pinstream.agent.board.Board.Config;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class BoardTest {
    private final List<String> closed = new ArrayList<>();

    @TempDir
    Path root;

    @Test
    void refusesALineThatIsOpenAlready() throws IOException {
        try (var board = board()) {
            var line = board.output(17, false);
            assertThatThrownBy(() -> board.output(17, false))
                    .isInstanceOf(IOException.class)
                    .hasMessage("line 17 is in use by another sensor or actuator: give each its own");
            assertThatThrownBy(() -> board.input(17, Pull.UP, Duration.ZERO)).hasMessageContaining("line 17 is in use");
            line.close();
            board.output(17, true).set(false);
        }
    }

    @Test
    void closesWhatIsOpenLastOpenedFirst() throws IOException {
        var board = board();
        var first = board.output(1, false);
        board.output(2, false).close();
        board.output(3, false);
        board.output(4, false);
        closed.clear();
        board.close();
        board.close();

        assertThat(closed).containsExactly("line-4", "line-3", "line-1");
        assertThatThrownBy(() -> first.set(true)).hasMessage("line 1 is closed");
        assertThatThrownBy(() -> board.output(1, true)).hasMessage("line 1: the board is closed");
    }

    @Test
    void namesTheRemedyWhenTheProviderHasNoSuchBus() throws IOException {
        try (var board = board()) {
            assertThatThrownBy(() -> board.spi(0, 0, 1_000_000, 0))
                    .hasMessage("SPI bus 0 chip select 0: the board's provider offers no such line or bus: "
                            + "choose another board.provider");
        }
    }

    @Test
    void namesTheProvidersThereAreWhenItKnowsNoneOfTheName() {
        assertThatThrownBy(() -> Board.open(new Config("ffm", Optional.empty(), root), TimeSource.system()))
                .isInstanceOf(IOException.class)
                .hasMessage("board.provider is ffm, but no Pi4J plugin has a provider ffm or ffm-...; there are: "
                        + "linux-digital-input, linux-digital-output, linux-i2c, linux-spi, linux-pwm. "
                        + "Add the plugin's jar to the class path, or choose another");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void opensThisMachineByItsOwnProvider() throws IOException {
        try (var board = Board.open(new Config(Config.AUTO, Optional.empty(), root), TimeSource.system())) {
            assertThat(board.describe().provider())
                    .isEqualTo("linux-digital-input, linux-digital-output, linux-i2c, linux-pwm, linux-spi");
            assertThatThrownBy(() -> board.i2c(9, 0x76))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "bus 9 address 0x76: cannot open %s: No such file or directory (ENOENT): enable the "
                                    + "bus, e.g. dtparam=i2c_arm=on in /boot/firmware/config.txt and module i2c-dev, and restart",
                            root.resolve("dev/i2c-9"));
            assertThatThrownBy(() -> board.input(17, Pull.UP, Duration.ZERO))
                    .hasMessageContaining("line 17: no GPIO chip has the label pinctrl-rp1")
                    .hasMessageContaining("there are: none");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void asksTheRealKernelWhatADeviceFileIs() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        var fake = Files.createFile(root.resolve("dev/gpiochip0"));
        try (var board = Board.open(new Config("linux", Optional.of("my-chip"), root), TimeSource.system())) {
            assertThatThrownBy(() -> board.output(17, false))
                    .hasMessage("line 17: GPIO_GET_CHIPINFO of %s: Inappropriate ioctl for device (ENOTTY)", fake);
        }
    }

    private Board board() {
        var context = Pi4J.newContextBuilder()
                .noAutoDetect()
                .disableShutdownHook()
                .add(new Outputs())
                .build();
        return Board.of(context, new KernelFiles(root), TimeSource.system());
    }

    private final class Outputs extends DigitalOutputProviderBase {
        Outputs() {
            super("test-digital-output", "Outputs of the test");
        }

        @Override
        public DigitalOutput create(DigitalOutputConfig config) {
            var output = new Output(this, config);
            context().registry().add(output);
            return output;
        }
    }

    private final class Output extends DigitalOutputBase {
        Output(DigitalOutputProvider provider, DigitalOutputConfig config) {
            super(provider, config);
        }

        @Override
        public DigitalOutput shutdownInternal(Context context) {
            closed.add(id());
            return super.shutdownInternal(context);
        }
    }
}
