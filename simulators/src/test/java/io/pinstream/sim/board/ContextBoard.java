package io.pinstream.sim.board;

import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.io.i2c.I2C;
import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBus;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.I2cDevice;
import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.board.LineEdge;
import io.pinstream.agent.board.Pull;
import io.pinstream.agent.board.SpiDevice;
import io.pinstream.agent.board.StampedEdge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// The least board over a Pi4J context, for tests of the simulated platform alone.
record ContextBoard(Context context, Path root, Map<String, I2C> shared) implements Board {
    ContextBoard(Context context, Path root) {
        this(context, root, new ConcurrentHashMap<>());
    }

    @Override
    public I2cDevice i2c(int bus, int address) throws IOException {
        // Two sensors may use one chip.
        var id = "i2c-" + bus + "-" + address;
        var device = shared.containsKey(id)
                ? shared.get(id)
                : asked(() -> context.create(I2C.newConfigBuilder(context)
                        .id(id)
                        .bus(bus)
                        .device(address)
                        .build()));
        shared.put(id, device);
        return new I2cDevice() {
            @Override
            public void write(byte... bytes) throws IOException {
                asked(() -> device.write(bytes, 0, bytes.length));
            }

            @Override
            public byte[] read(int length) throws IOException {
                var bytes = new byte[length];
                asked(() -> device.read(bytes, 0, length));
                return bytes;
            }

            @Override
            public byte[] writeRead(byte[] bytes, int length) throws IOException {
                var answer = new byte[length];
                asked(() -> device.readRegister(bytes, answer, 0, length));
                return answer;
            }

            @Override
            public void close() {
                shared.remove(id);
                context.shutdown(device.id());
            }
        };
    }

    @Override
    public SpiDevice spi(int bus, int chipSelect, int baud, int mode) throws IOException {
        var device = asked(() -> context.create(Spi.newConfigBuilder(context)
                .id("spi-" + bus + "-" + chipSelect)
                .bus(SpiBus.getByNumber(bus))
                .channel(chipSelect)
                .baud(baud)
                .build()));
        return new SpiDevice() {
            @Override
            public byte[] transfer(byte... out) throws IOException {
                var in = new byte[out.length];
                asked(() -> device.transfer(out, 0, in, 0, out.length));
                return in;
            }

            @Override
            public void close() {
                context.shutdown(device.id());
            }
        };
    }

    @Override
    public InputLine input(int line, Pull pull, Duration debounce) throws IOException {
        var resistance = switch (pull) {
            case NONE -> PullResistance.OFF;
            case UP -> PullResistance.PULL_UP;
            case DOWN -> PullResistance.PULL_DOWN;
        };
        var input = asked(() -> context.create(DigitalInput.newConfigBuilder(context)
                .id("line-" + line)
                .bcm(line)
                .pull(resistance)
                .build()));
        return new InputLine() {
            @Override
            public boolean isHigh() throws IOException {
                return asked(input::state).isHigh();
            }

            @Override
            public void listen(Consumer<LineEdge> listener) {
                input.addListener(event -> {
                    Object any = event;
                    if (any instanceof StampedEdge edge) {
                        listener.accept(new LineEdge(edge.state().isHigh(), edge.monotonicNanos(), edge.sequence()));
                    }
                });
            }

            @Override
            public void close() {
                context.shutdown(input.id());
            }
        };
    }

    @Override
    public KernelFiles files() {
        return new KernelFiles(root);
    }

    private static <T> T asked(Callable<T> call) throws IOException {
        try {
            return call.call();
        } catch (Pi4JException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException(cause.getMessage(), failed);
        } catch (Exception failed) {
            throw new IOException(failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        context.shutdown();
    }
}
