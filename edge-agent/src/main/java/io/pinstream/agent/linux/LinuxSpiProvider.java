package io.pinstream.agent.linux;

import com.pi4j.context.Context;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBase;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import com.pi4j.io.spi.SpiProviderBase;
import java.io.IOException;
import java.util.Arrays;

/// Pi4J's SPI on the kernel's buses. Its channel is the kernel's chip select.
final class LinuxSpiProvider extends SpiProviderBase {
    private final Kernel kernel;

    LinuxSpiProvider(Kernel kernel) {
        super("linux-spi", "Linux SPI");
        this.kernel = kernel;
    }

    @Override
    public Spi create(SpiConfig config) {
        var device = LinuxPlugin.root(context())
                .resolve("dev/spidev%d.%d".formatted(config.bus().getBus(), config.channel()));
        int order = config.writeLsbFirst() == 0 ? 0 : SpiAbi.LSB_FIRST;
        SpiChip chip;
        try {
            chip = SpiChip.open(kernel, device, config.mode().getMode() | order, config.baud());
        } catch (IOException failed) {
            throw Pi4jFailure.of(failed);
        }
        return Registered.in(context(), new Device(this, config, chip), chip);
    }

    private static final class Device extends SpiBase {
        private final SpiChip chip;

        Device(SpiProvider provider, SpiConfig config, SpiChip chip) {
            super(provider, config);
            this.chip = chip;
        }

        @Override
        public int transfer(byte[] out, int outOffset, byte[] in, int inOffset, int length) {
            try {
                var answer = chip.transfer(Arrays.copyOfRange(out, outOffset, outOffset + length));
                System.arraycopy(answer, 0, in, inOffset, length);
                return length;
            } catch (IOException failed) {
                throw Pi4jFailure.of(failed);
            }
        }

        @Override
        public int read() {
            var value = new byte[1];
            read(value, 0, 1);
            return value[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return transfer(new byte[length], 0, buffer, offset, length);
        }

        @Override
        public int write(byte value) {
            return write(new byte[] {value}, 0, 1);
        }

        @Override
        public int write(byte[] bytes, int offset, int length) {
            return transfer(bytes, offset, new byte[length], 0, length);
        }

        @Override
        public Spi shutdownInternal(Context context) {
            chip.close();
            return super.shutdownInternal(context);
        }
    }
}
