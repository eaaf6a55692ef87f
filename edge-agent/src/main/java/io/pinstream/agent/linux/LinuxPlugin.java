package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.exception.InitializeException;
import com.pi4j.extension.Plugin;
import com.pi4j.extension.PluginService;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.SerialPort;
import io.pinstream.agent.board.SerialPorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Pinstream's own Pi4J plugin: GPIO, I²C, SPI and PWM of a Linux machine, and beside them, because Pi4J 4 has
/// none, its serial ports. It has no native library. Pi4J finds it by its service file; the board chooses it as
/// `linux`.
///
/// It reads two context properties: [Board#CHIP_PROPERTY], the GPIO chip's label, and [Board#ROOT_PROPERTY], what
/// stands for `/` in front of /dev and /sys.
public final class LinuxPlugin implements Plugin, SerialPorts {
    private final Kernel kernel;
    private final EdgeLoop edges;

    public LinuxPlugin() {
        this(new SystemCalls());
    }

    LinuxPlugin(Kernel kernel) {
        this.kernel = kernel;
        this.edges = new EdgeLoop(kernel);
    }

    @Override
    public void initialize(PluginService service) throws InitializeException {
        var system = System.getProperty("os.name", "an unknown system");
        if (!system.equals("Linux")) {
            throw new InitializeException("Pinstream's provider needs Linux, but this machine runs " + system);
        }
        service.register(
                new LinuxInputProvider(kernel, edges),
                new LinuxOutputProvider(kernel),
                new LinuxI2cProvider(kernel),
                new LinuxSpiProvider(kernel),
                new LinuxPwmProvider());
    }

    @Override
    public SerialPort open(Path device, int baud) throws IOException {
        return LinuxSerialPort.open(kernel, device, baud);
    }

    @Override
    public void shutdown(Context context) {
        edges.close();
    }

    static Path root(Context context) {
        return Path.of(context.properties().get(Board.ROOT_PROPERTY, "/"));
    }

    static Optional<String> chip(Context context) {
        return Optional.ofNullable(context.properties().get(Board.CHIP_PROPERTY));
    }
}
