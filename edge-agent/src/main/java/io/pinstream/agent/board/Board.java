package io.pinstream.agent.board;

import static java.util.Objects.requireNonNull;

import com.pi4j.Pi4J;
import com.pi4j.boardinfo.definition.BoardModel;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.IO;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBus;
import com.pi4j.io.spi.SpiMode;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// The board that the agent runs on: its lines, its buses, its kernel's files. The only door to Pi4J; nobody
/// outside this package sees a Pi4J type.
///
/// A line or a serial port can be opened once at a time; a chip by several, because a converter's inputs are
/// sensors of their own. What was opened is closed with the board, last opened first. Safe for use by many
/// threads. Every failure of the hardware is an [IOException] that names the place and, where there is one, the
/// remedy.
public final class Board implements AutoCloseable {
    /// The context property that tells our Linux provider which GPIO chip to use, by label.
    public static final String CHIP_PROPERTY = "pinstream.gpio.chip";

    /// The context property that tells our Linux provider what stands for `/`.
    public static final String ROOT_PROPERTY = "pinstream.root";

    private final Context context;
    private final KernelFiles files;
    private final SerialPorts serialPorts;
    private final TimeSource time;
    private final Runnable closing;
    private final Openings openings;
    private final Map<Integer, ReentrantLock> buses = new ConcurrentHashMap<>();

    /// How a board is reached.
    ///
    /// @param provider `auto`, `linux`, or the first part of another Pi4J plugin's provider ids, such as `ffm`;
    ///     `auto` is `linux`, and needs Linux
    /// @param chip the label of the GPIO chip that has the lines; empty: the Raspberry Pi's own, whichever it is
    /// @param root what stands for `/` in front of /dev, /sys and /proc
    public record Config(String provider, Optional<String> chip, Path root) {
        // Before DEFAULT, whose constructor needs it.
        private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

        public static final String AUTO = "auto";

        private static final int LONGEST_LABEL = 31; // GPIO_MAX_NAME_SIZE, with its closing zero

        /// Behind what its constructor checks with.
        public static final Config DEFAULT = new Config(AUTO, Optional.empty(), Path.of("/"));

        public Config {
            requireNonNull(root, "root is null");
            if (!NAME.matcher(provider).matches()) {
                throw new IllegalArgumentException(
                        "provider must be auto, linux or a Pi4J provider's id in small letters, but was \"%s\""
                                .formatted(provider));
            }
            if (chip.isPresent() && (chip.get().isBlank() || chip.get().length() > LONGEST_LABEL)) {
                throw new IllegalArgumentException("chip must be a label of 1 to %d characters, but was \"%s\""
                        .formatted(LONGEST_LABEL, chip.get()));
            }
        }
    }

    /// What a board is.
    ///
    /// @param model as the firmware tells it, such as `Raspberry Pi 4 Model B Rev 1.5`
    /// @param provider the Pi4J providers in use
    public record Description(String model, String provider) {}

    private Board(Context context, KernelFiles files, SerialPorts serialPorts, TimeSource time, Runnable closing) {
        this.context = context;
        this.files = files;
        this.serialPorts = serialPorts;
        this.time = time;
        this.closing = closing;
        this.openings = new Openings(this::shutdown);
    }

    /// Opens the board of this machine.
    ///
    /// @param time stamps edges of providers that do not
    /// @throws IOException if there is no such provider, or no board that it could reach
    public static Board open(Config config, TimeSource time) throws IOException {
        var chosen = Plugins.choose(config.provider());
        try {
            var builder = Pi4J.newContextBuilder()
                    .noAutoDetect()
                    .disableShutdownHook() // the agent closes its board itself, after the drivers
                    .property(ROOT_PROPERTY, config.root().toString());
            config.chip().ifPresent(label -> builder.property(CHIP_PROPERTY, label));
            var context = chosen.addTo(builder).build();
            return new Board(context, new KernelFiles(config.root()), chosen.serialPorts(), time, () -> {
                context.shutdown();
                chosen.close(context);
            });
        } catch (RuntimeException failed) {
            throw Failures.at("board.provider " + config.provider(), failed);
        }
    }

    /// A board over a context that somebody else has made and will shut down: the simulators do.
    ///
    /// @param time stamps edges of providers that do not
    public static Board of(Context context, KernelFiles files, TimeSource time) {
        return of(context, files, SerialPorts.NONE, time);
    }

    /// The same with serial ports.
    public static Board of(Context context, KernelFiles files, SerialPorts serialPorts, TimeSource time) {
        return new Board(context, files, serialPorts, time, () -> {});
    }

    /// [#of(Context, KernelFiles, TimeSource)] by this machine's clock.
    public static Board of(Context context, KernelFiles files) {
        return of(context, files, TimeSource.system());
    }

    /// A chip on an I²C bus. It need not be there yet: its transfers will say so.
    ///
    /// @param bus the number in `/dev/i2c-<bus>`
    /// @param address 7 bits
    public I2cDevice i2c(int bus, int address) throws IOException {
        require("address", address, 0x03, 0x77);
        var place = "bus %d address 0x%02x".formatted(bus, address);
        var id = "i2c-%d-0x%02x".formatted(bus, address);
        return openings.shared(
                place,
                id,
                () -> context.create(I2C.newConfigBuilder(context)
                        .id(id)
                        .bus(bus)
                        .device(address)
                        .build()),
                (device, release) -> new Pi4jI2c(
                        place, device, buses.computeIfAbsent(bus, _ -> new ReentrantLock(true)), time, release));
    }

    /// A chip on an SPI bus.
    ///
    /// @param bus and `chipSelect`: the numbers in `/dev/spidev<bus>.<chip select>`
    /// @param baud most bits a second that the chip stands
    /// @param mode 0 to 3: clock polarity and phase
    public SpiDevice spi(int bus, int chipSelect, int baud, int mode) throws IOException {
        require("bus", bus, 0, SpiBus.values().length - 1);
        require("mode", mode, 0, 3);
        var place = "SPI bus %d chip select %d".formatted(bus, chipSelect);
        var id = "spi-%d.%d".formatted(bus, chipSelect);
        return openings.shared(
                place,
                id,
                () -> context.create(Spi.newConfigBuilder(context)
                        .id(id)
                        .bus(SpiBus.getByNumber(bus))
                        .channel(chipSelect)
                        .baud(baud)
                        .mode(SpiMode.getByNumber(mode))
                        .build()),
                (device, release) -> new Pi4jSpi(place, device, time, release));
    }

    /// A line that is read.
    ///
    /// @param line its number on the board's GPIO chip; on a Raspberry Pi the GPIO ("BCM") number, not the pin's
    /// @param debounce how long a level must last to count; zero: every edge counts
    public InputLine input(int line, Pull pull, Duration debounce) throws IOException {
        var place = "line " + line;
        return openings.only(place, () -> {
            var device = context.create(DigitalInput.newConfigBuilder(context)
                    .id(place(line))
                    .bcm(line)
                    .pull(resistance(pull))
                    .debounce(debounce.toNanos() / 1_000)
                    .build());
            return new Pi4jInput(place, device, time, () -> openings.release(place, place(line)));
        });
    }

    /// A line that is driven, from now on at `initial`. What becomes of its level once it is closed is the GPIO
    /// chip's affair.
    public OutputLine output(int line, boolean initial) throws IOException {
        var place = "line " + line;
        return openings.only(place, () -> {
            var device = context.create(DigitalOutput.newConfigBuilder(context)
                    .id(place(line))
                    .bcm(line)
                    .initial(initial ? DigitalState.HIGH : DigitalState.LOW)
                    .build());
            return new Pi4jOutput(place, device, () -> openings.release(place, place(line)));
        });
    }

    /// A channel of a PWM chip, which is silent until it is set.
    ///
    /// @param chip the n of /sys/class/pwm/pwmchipn
    /// @param hertz how many pulses a second
    public PwmOutput pwm(int chip, int channel, int hertz) throws IOException {
        var place = "PWM chip %d channel %d".formatted(chip, channel);
        var id = "pwm-%d-%d".formatted(chip, channel);
        return openings.only(place, () -> {
            var device = context.create(Pwm.newConfigBuilder(context)
                    .id(id)
                    .chip(chip)
                    .channel(channel)
                    .frequency(hertz)
                    .dutyCycle(0)
                    .build());
            return new Pi4jPwm(place, device, hertz, () -> openings.release(place, id));
        });
    }

    /// A serial port, of which there is one user at a time.
    ///
    /// @param device such as `/dev/serial0`
    /// @param baud bits a second
    public SerialPort serialPort(String device, int baud) throws IOException {
        return openings.only(device, () -> {
            var port = serialPorts.open(files.root().resolve(device.substring(1)), baud);
            return new HeldSerialPort(port, () -> openings.forget(device));
        });
    }

    /// The clock that stamps edges, and that whoever reads a chip waits by.
    public TimeSource time() {
        return time;
    }

    public KernelFiles files() {
        return files;
    }

    /// What tells this board from every other one: the serial number of a Raspberry Pi, else a hash of the
    /// machine's id. Empty if it has neither.
    public Optional<String> serial() {
        return Serial.of(files);
    }

    /// What tells this boot from every other one; empty where the system does not say.
    public Optional<String> boot() {
        return Serial.boot(files);
    }

    public Description describe() {
        var providers = context.providers().all().keySet().stream().sorted().toList();
        return new Description(Serial.model(files).orElseGet(this::modelOfPi4j), String.join(", ", providers));
    }

    private String modelOfPi4j() {
        var model = context.boardInfo().getBoardModel();
        return model == BoardModel.UNKNOWN
                ? "unknown (%s %s)".formatted(System.getProperty("os.name"), System.getProperty("os.arch"))
                : model.getLabel();
    }

    /// Closes everything that is still open, last opened first, then Pi4J if this board has opened it. The second
    /// time it does nothing.
    @Override
    public void close() {
        if (openings.close()) {
            closing.run();
        }
    }

    private void shutdown(String id) {
        try {
            context.<IO<?, ?, ?>>shutdown(id);
        } catch (Pi4JException failed) {
            // Already gone with its context, or it could not be released, which Pi4J has logged. Closing goes on.
        }
    }

    private static String place(int line) {
        return "line-" + line;
    }

    private static PullResistance resistance(Pull pull) {
        return switch (pull) {
            case NONE -> PullResistance.OFF;
            case UP -> PullResistance.PULL_UP;
            case DOWN -> PullResistance.PULL_DOWN;
        };
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be %d to %d, but was %d".formatted(name, least, most, value));
        }
    }
}
