package io.pinstream.sim.board;

import com.pi4j.io.exception.IOException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CBusBase;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProvider;
import com.pi4j.io.i2c.I2CProviderBase;
import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.Nak;
import io.pinstream.sim.chip.Wire;
import io.pinstream.time.Waiting;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Pi4J's I²C on simulated chips. An address without a chip does not acknowledge. Bus and each address have a
/// wire of their own, which can be broken.
final class SimulatedI2cProvider extends I2CProviderBase {
    private static final int WHOLE_BUS = -1;

    private final Map<Place, I2cChip> chips = new ConcurrentHashMap<>();
    private final Map<Place, Wire> wires = new ConcurrentHashMap<>();
    private final Duration timeout;
    private final Waiting time;
    private final Consumer<Connection> opened;
    private final Map<Integer, Bus> buses = new ConcurrentHashMap<>();

    private record Place(int bus, int address) {}

    /// @param timeout how long a transfer waits for a bus that is held
    /// @param opened hears of every chip that the board opens
    SimulatedI2cProvider(Duration timeout, Waiting time, Consumer<Connection> opened) {
        super("simulated-i2c", "Simulated I2C");
        this.timeout = timeout;
        this.time = time;
        this.opened = opened;
    }

    /// The wire to one chip.
    Wire wire(int bus, int address) {
        return wires.computeIfAbsent(new Place(bus, address), place -> new Wire(place.hashCode(), time::sleep));
    }

    /// The wires that all chips of a bus share.
    Wire wire(int bus) {
        return wire(bus, WHOLE_BUS);
    }

    void attach(int bus, int address, I2cChip chip) {
        if (chips.putIfAbsent(new Place(bus, address), chip) != null) {
            throw new IllegalArgumentException("bus %d address 0x%02x has a chip already".formatted(bus, address));
        }
    }

    @Override
    public I2C create(I2CConfig config) {
        var bus = buses.computeIfAbsent(config.bus(), _ -> new Bus(config));
        var device = new Device(this, config, bus);
        context().registry().add(device);
        int address = config.device();
        var place = new Place(config.bus(), address);
        opened.accept(new Connection.I2c(
                config.bus(),
                address,
                wire(config.bus(), address),
                wire(config.bus()),
                () -> Optional.ofNullable(chips.get(place))));
        return device;
    }

    /// One transfer at a time, as on the wire.
    private static final class Bus extends I2CBusBase {
        Bus(I2CConfig config) {
            super(config);
        }

        @Override
        public <R> R execute(I2C device, Callable<R> transfer) {
            return _execute(device, transfer);
        }
    }

    private final class Device extends I2CBase<Bus> {
        Device(I2CProvider provider, I2CConfig config, Bus bus) {
            super(provider, config, bus);
        }

        @Override
        public int write(byte value) {
            return write(new byte[] {value}, 0, 1);
        }

        @Override
        public int write(byte[] bytes, int offset, int length) {
            return i2CBus.execute(this, () -> send(Arrays.copyOfRange(bytes, offset, offset + length)));
        }

        @Override
        public int read() {
            var value = new byte[1];
            read(value, 0, 1);
            return value[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return i2CBus.execute(this, () -> receive(buffer, offset, length));
        }

        @Override
        public int readRegister(int register) {
            var value = new byte[1];
            readRegister(register, value, 0, 1);
            return value[0] & 0xff;
        }

        @Override
        public int readRegister(int register, byte[] buffer, int offset, int length) {
            return readRegister(new byte[] {(byte) register}, buffer, offset, length);
        }

        @Override
        public int readRegister(byte[] register, byte[] buffer, int offset, int length) {
            return i2CBus.execute(this, () -> {
                send(register);
                return receive(buffer, offset, length);
            });
        }

        @Override
        public int writeRegister(int register, byte value) {
            return write(new byte[] {(byte) register, value}, 0, 2);
        }

        @Override
        public int writeRegister(int register, byte[] bytes, int offset, int length) {
            return writeRegister(new byte[] {(byte) register}, bytes, offset, length);
        }

        @Override
        public int writeRegister(byte[] register, byte[] bytes, int offset, int length) {
            var all = Arrays.copyOf(register, register.length + length);
            System.arraycopy(bytes, offset, all, register.length, length);
            return write(all, 0, all.length);
        }

        private int send(byte[] bytes) {
            try {
                begin();
                chip().write(bytes);
                return bytes.length;
            } catch (java.io.IOException failed) {
                throw failed(failed);
            }
        }

        private int receive(byte[] buffer, int offset, int length) {
            try {
                begin();
                var chip = chip();
                wire(bus()).awaitClock(chip.stretch());
                System.arraycopy(wire(bus(), device()).carry(chip.read(length)), 0, buffer, offset, length);
                return length;
            } catch (java.io.IOException failed) {
                throw failed(failed);
            }
        }

        private void begin() throws java.io.IOException {
            wire(bus()).awaitFree(timeout);
            wire(bus(), device()).requireAnswer();
        }

        /// Looked up each time: a chip may be attached after the agent has started.
        private I2cChip chip() throws Nak {
            @Nullable I2cChip chip = chips.get(new Place(bus(), device()));
            if (chip == null) {
                throw new Nak();
            }
            return chip;
        }

        private IOException failed(java.io.IOException failure) {
            return new IOException(
                    "I2C bus %d address 0x%02x: %s".formatted(bus(), device(), failure.getMessage()), failure);
        }
    }
}
