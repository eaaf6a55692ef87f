package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.Pull;
import io.pinstream.event.Quantity;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Which chip, and where it is wired. A new chip is a new record here; the compiler then shows every switch to
/// extend.
///
/// Each record checks itself and throws [IllegalArgumentException] with the key, the range and the value.
public sealed interface DriverConfig {
    /// Bosch BME280: temperature, humidity, pressure.
    ///
    /// @param bus the I²C bus, the n of /dev/i2c-n
    /// @param address 0x76 or 0x77, as its SDO pin says
    record Bme280(int bus, int address) implements DriverConfig {
        public static final int BUS = 1;
        public static final int ADDRESS = 0x76;

        public Bme280 {
            Place.bus(bus);
            Place.address(address, 0x76, 0x77);
        }
    }

    /// Bosch BMP280: temperature, pressure.
    ///
    /// @param bus the I²C bus, the n of /dev/i2c-n
    /// @param address 0x76 or 0x77, as its SDO pin says
    record Bmp280(int bus, int address) implements DriverConfig {
        public static final int BUS = 1;
        public static final int ADDRESS = 0x76;

        public Bmp280 {
            Place.bus(bus);
            Place.address(address, 0x76, 0x77);
        }
    }

    /// Maxim DS18B20 on the kernel's 1-Wire bus: temperature.
    ///
    /// @param id its name below /sys/bus/w1/devices, such as `28-00000a1b2c3d`; empty for the only one there
    record Ds18b20(Optional<String> id) implements DriverConfig {
        public Ds18b20 {
            if (id.isPresent()
                    && !io.pinstream.agent.driver.Ds18b20.ID.matcher(id.get()).matches()) {
                throw new IllegalArgumentException(
                        "id must be 28- and 12 of 0-9 a-f, as below /sys/bus/w1/devices, but was \"%s\""
                                .formatted(id.get()));
            }
        }
    }

    /// A contact, a button, a PIR: whether it is active, by interrupt.
    ///
    /// @param line the GPIO line (BCM number)
    /// @param activeLow whether the low level is active, as with a contact to ground and a pull-up
    /// @param debounce how long a level must last to count; zero for none
    record Contact(int line, Pull pull, boolean activeLow, Duration debounce) implements DriverConfig {
        public static final Duration DEBOUNCE = Duration.ofMillis(5);

        public Contact {
            Place.line(line);
            Place.debounce(debounce);
        }
    }

    /// A pulse counter: the rising edges of a line since the agent started.
    ///
    /// @param line the GPIO line (BCM number)
    /// @param debounce how long a level must last to count; zero for none
    /// @param scale what a pulse stands for
    record PulseCounter(int line, Pull pull, Duration debounce, Optional<Scale> scale) implements DriverConfig {
        public static final Duration DEBOUNCE = Duration.ofMillis(1);

        public PulseCounter {
            Place.line(line);
            Place.debounce(debounce);
        }
    }

    /// One channel of a Microchip MCP3008: voltage.
    ///
    /// @param bus the SPI bus, the n of /dev/spidevn.m
    /// @param chipSelect its chip select, the m of it
    /// @param channel 0 to 7
    /// @param referenceVolts the voltage at its VREF pin
    /// @param scale what a volt stands for
    record Mcp3008(int bus, int chipSelect, int channel, double referenceVolts, Optional<Scale> scale)
            implements DriverConfig {
        public static final int BUS = 0;
        public static final int CHIP_SELECT = 0;
        public static final double REFERENCE_VOLTS = 3.3;

        public Mcp3008 {
            Place.spi(bus, chipSelect);
            if (channel < 0 || channel > 7) {
                throw new IllegalArgumentException("channel must be 0 to 7, but was " + channel);
            }
            // DS21295D, 1.0: VREF is 0.25 V at least, and VDD, 5.5 V, at most.
            if (!(referenceVolts >= 0.25 && referenceVolts <= 5.5)) {
                throw new IllegalArgumentException("reference must be 0.25 to 5.5 V, but was " + referenceVolts);
            }
        }
    }

    /// One input of a Texas Instruments ADS1115: voltage.
    ///
    /// @param bus the I²C bus, the n of /dev/i2c-n
    /// @param address 0x48 to 0x4B, as its ADDR pin says
    /// @param range the full scale in volts, to both sides: one of [#RANGES]
    /// @param rate conversions in a second: one of [#RATES]; a slower one is quieter
    /// @param scale what a volt stands for
    record Ads1115(int bus, int address, Input input, double range, int rate, Optional<Scale> scale)
            implements DriverConfig {
        public static final int BUS = 1;
        public static final int ADDRESS = 0x48;
        public static final double RANGE = 4.096;
        public static final int RATE = 128;
        /// In the order of the chip's own codes (SBAS444D, 9.6.3, PGA).
        public static final List<Double> RANGES = List.of(6.144, 4.096, 2.048, 1.024, 0.512, 0.256);
        /// In the order of the chip's own codes (SBAS444D, 9.6.3, DR).
        public static final List<Integer> RATES = List.of(8, 16, 32, 64, 128, 250, 475, 860);

        /// What is measured: an input against ground, or one against another, with the chip's own
        /// code (SBAS444D, 9.6.3, MUX).
        public enum Input {
            A0_A1(0),
            A0_A3(1),
            A1_A3(2),
            A2_A3(3),
            A0(4),
            A1(5),
            A2(6),
            A3(7);

            private final int code;

            Input(int code) {
                this.code = code;
            }

            int code() {
                return code;
            }
        }

        public Ads1115 {
            Place.bus(bus);
            Place.address(address, 0x48, 0x4B);
            if (!RANGES.contains(range)) {
                throw new IllegalArgumentException("range must be one of %s V, but was %s".formatted(RANGES, range));
            }
            if (!RATES.contains(rate)) {
                throw new IllegalArgumentException("rate must be one of %s, but was %d".formatted(RATES, rate));
            }
        }
    }

    /// The machine itself: temperature, load, memory, disk, network.
    ///
    /// @param disk a path on the file system whose room is told
    record Host(Path disk) implements DriverConfig {
        public static final Path DISK = Path.of("/");
    }

    /// Its type as it stands in a configuration.
    default String type() {
        return switch (this) {
            case Bme280 _ -> "bme280";
            case Bmp280 _ -> "bmp280";
            case Ds18b20 _ -> "ds18b20";
            case Contact _ -> "contact";
            case PulseCounter _ -> "pulse-counter";
            case Mcp3008 _ -> "mcp3008";
            case Ads1115 _ -> "ads1115";
            case Host _ -> "host";
        };
    }

    /// What it can give, with the units, for the device's state message. A reading may hold less.
    default List<Quantity> quantities() {
        return switch (this) {
            case Bme280 _ -> io.pinstream.agent.driver.Bme280.quantities(io.pinstream.agent.driver.Bme280.Model.BME280);
            case Bmp280 _ -> io.pinstream.agent.driver.Bme280.quantities(io.pinstream.agent.driver.Bme280.Model.BMP280);
            case Ds18b20 _ -> List.of(Quantity.TEMPERATURE);
            case Contact _ -> List.of(Quantity.ACTIVE);
            case PulseCounter counter -> Scale.quantities(Quantity.COUNT, counter.scale);
            case Mcp3008 converter -> Scale.quantities(Quantity.VOLTAGE, converter.scale);
            case Ads1115 converter -> Scale.quantities(Quantity.VOLTAGE, converter.scale);
            case Host _ -> io.pinstream.agent.driver.Host.QUANTITIES;
        };
    }

    /// Where it is wired, in words for messages.
    default String where() {
        return switch (this) {
            case Bme280(int bus, int address) -> Place.i2c(bus, address);
            case Bmp280(int bus, int address) -> Place.i2c(bus, address);
            case Ads1115 converter -> Place.i2c(converter.bus, converter.address);
            case Mcp3008 converter -> "SPI bus %d chip select %d".formatted(converter.bus, converter.chipSelect);
            case Contact contact -> "line " + contact.line;
            case PulseCounter counter -> "line " + counter.line;
            case Ds18b20(Optional<String> id) -> "1-Wire " + id.orElse("bus");
            case Host _ -> "this machine";
        };
    }

    /// Whether it speaks by interrupt; else it is asked.
    default boolean isEdgeDriven() {
        return this instanceof Contact;
    }

    /// A driver that opens its bus or line when it is first used. If that fails, a reading says so, and the next one
    /// tries again.
    default Driver openLate(Board board) {
        return isEdgeDriven() ? new LateDriver.Speaking(this, board) : new LateDriver.Asked(this, board);
    }

    /// Opens the bus or the line. A chip that does not answer is no failure here: its readings say so, and it may
    /// be plugged in later.
    ///
    /// @throws IOException if this board has no such bus or line, or somebody else holds it
    default Driver open(Board board) throws IOException {
        return switch (this) {
            case Bme280(int bus, int address) ->
                new io.pinstream.agent.driver.Bme280(
                        board.i2c(bus, address), io.pinstream.agent.driver.Bme280.Model.BME280, where());
            case Bmp280(int bus, int address) ->
                new io.pinstream.agent.driver.Bme280(
                        board.i2c(bus, address), io.pinstream.agent.driver.Bme280.Model.BMP280, where());
            case Ds18b20(Optional<String> id) -> new io.pinstream.agent.driver.Ds18b20(board.files(), id);
            case Contact(int line, Pull pull, boolean activeLow, Duration debounce) ->
                new io.pinstream.agent.driver.Contact(
                        board.input(line, pull, debounce), activeLow, where(), TimeSource.system());
            case PulseCounter(int line, Pull pull, Duration debounce, Optional<Scale> scale) ->
                new io.pinstream.agent.driver.PulseCounter(board.input(line, pull, debounce), scale, where()).start();
            case Mcp3008 converter ->
                new io.pinstream.agent.driver.Mcp3008(
                        board.spi(
                                converter.bus,
                                converter.chipSelect,
                                io.pinstream.agent.driver.Mcp3008.BAUD,
                                io.pinstream.agent.driver.Mcp3008.MODE),
                        converter);
            case Ads1115 converter ->
                new io.pinstream.agent.driver.Ads1115(
                        board.i2c(converter.bus, converter.address), converter, ChipLocks.of(board, where()));
            case Host(Path disk) -> new io.pinstream.agent.driver.Host(board.files(), disk);
        };
    }
}
