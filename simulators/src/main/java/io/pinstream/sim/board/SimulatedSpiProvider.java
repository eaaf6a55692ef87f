package io.pinstream.sim.board;

import com.pi4j.io.spi.Spi;
import com.pi4j.io.spi.SpiBase;
import com.pi4j.io.spi.SpiConfig;
import com.pi4j.io.spi.SpiProvider;
import com.pi4j.io.spi.SpiProviderBase;
import io.pinstream.sim.chip.SpiChip;
import io.pinstream.sim.chip.Wire;
import io.pinstream.sim.chip.WireFault;
import io.pinstream.time.Waiting;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Pi4J's SPI on simulated chips. A chip select without a chip leaves the line high: all ones.
final class SimulatedSpiProvider extends SpiProviderBase {
    private final Map<Place, SpiChip> chips = new ConcurrentHashMap<>();
    private final Map<Place, Wire> wires = new ConcurrentHashMap<>();
    private final Waiting time;
    private final Consumer<Connection> opened;

    private record Place(int bus, int chipSelect) {}

    /// @param opened hears of every chip that the board opens
    SimulatedSpiProvider(Waiting time, Consumer<Connection> opened) {
        super("simulated-spi", "Simulated SPI");
        this.time = time;
        this.opened = opened;
    }

    private Wire wire(Place place) {
        return wires.computeIfAbsent(place, _ -> new Wire(place.hashCode(), time::sleep));
    }

    void attach(int bus, int chipSelect, SpiChip chip) {
        if (chips.putIfAbsent(new Place(bus, chipSelect), chip) != null) {
            throw new IllegalArgumentException(
                    "SPI bus %d chip select %d has a chip already".formatted(bus, chipSelect));
        }
    }

    @Override
    public Spi create(SpiConfig config) {
        var device = new Device(this, config);
        context().registry().add(device);
        var place = device.place;
        opened.accept(new Connection.Spi(
                place.bus, place.chipSelect, wire(place), () -> Optional.ofNullable(chips.get(place))));
        return device;
    }

    private final class Device extends SpiBase {
        private final Place place;

        Device(SpiProvider provider, SpiConfig config) {
            super(provider, config);
            place = new Place(config.bus().getBus(), config.channel());
        }

        @Override
        public int transfer(byte[] out, int outOffset, byte[] in, int inOffset, int length) {
            var answer = exchange(Arrays.copyOfRange(out, outOffset, outOffset + length));
            System.arraycopy(answer, 0, in, inOffset, length);
            return length;
        }

        private byte[] exchange(byte[] out) {
            var chip = chips.get(place);
            var wire = wire(place);
            if (chip != null && !wire.has(WireFault.DISCONNECTED)) {
                return wire.carry(chip.transfer(out));
            }
            var nobody = new byte[out.length];
            Arrays.fill(nobody, (byte) 0xff);
            return nobody;
        }

        @Override
        public int read() {
            return exchange(new byte[1])[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return transfer(new byte[length], 0, buffer, offset, length);
        }

        @Override
        public int write(byte value) {
            exchange(new byte[] {value});
            return 1;
        }

        @Override
        public int write(byte[] bytes, int offset, int length) {
            exchange(Arrays.copyOfRange(bytes, offset, offset + length));
            return length;
        }
    }
}
