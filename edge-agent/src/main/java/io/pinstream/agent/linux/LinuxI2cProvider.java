package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.i2c.I2CBase;
import com.pi4j.io.i2c.I2CBusBase;
import com.pi4j.io.i2c.I2CConfig;
import com.pi4j.io.i2c.I2CProvider;
import com.pi4j.io.i2c.I2CProviderBase;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/// Pi4J's I²C on the kernel's buses.
final class LinuxI2cProvider extends I2CProviderBase {
    private final Kernel kernel;
    private final Map<Integer, Bus> buses = new ConcurrentHashMap<>();

    LinuxI2cProvider(Kernel kernel) {
        super("linux-i2c", "Linux I2C");
        this.kernel = kernel;
    }

    @Override
    public I2C create(I2CConfig config) {
        I2cChip chip;
        try {
            chip = I2cChip.open(kernel, LinuxPlugin.root(context()), config.bus(), config.device());
        } catch (IOException failed) {
            throw Pi4jFailure.of(failed);
        }
        var bus = buses.computeIfAbsent(config.bus(), _ -> new Bus(config));
        return Registered.in(context(), new Device(this, config, bus, chip), chip);
    }

    /// One transfer at a time, also if it takes several calls of Pi4J's.
    private static final class Bus extends I2CBusBase {
        Bus(I2CConfig config) {
            super(config);
        }

        @Override
        public <R> R execute(I2C device, Callable<R> transfer) {
            return _execute(device, transfer);
        }
    }

    private static final class Device extends I2CBase<Bus> {
        private final I2cChip chip;

        Device(I2CProvider provider, I2CConfig config, Bus bus, I2cChip chip) {
            super(provider, config, bus);
            this.chip = chip;
        }

        @Override
        public int write(byte value) {
            return write(new byte[] {value}, 0, 1);
        }

        @Override
        public int write(byte[] bytes, int offset, int length) {
            var out = Arrays.copyOfRange(bytes, offset, offset + length);
            return i2CBus.execute(this, () -> {
                chip.write(out);
                return length;
            });
        }

        @Override
        public int read() {
            var value = new byte[1];
            read(value, 0, 1);
            return value[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return i2CBus.execute(this, () -> copied(chip.read(length), buffer, offset));
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
            return i2CBus.execute(this, () -> copied(chip.writeRead(register, length), buffer, offset));
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

        private static int copied(byte[] answer, byte[] buffer, int offset) {
            System.arraycopy(answer, 0, buffer, offset, answer.length);
            return answer.length;
        }

        @Override
        public I2C shutdownInternal(Context context) {
            chip.close();
            return super.shutdownInternal(context);
        }
    }
}
