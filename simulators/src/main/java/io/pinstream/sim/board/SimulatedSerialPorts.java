package io.pinstream.sim.board;

import io.pinstream.agent.board.SerialPort;
import io.pinstream.agent.board.SerialPorts;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.SerialChip;
import io.pinstream.time.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Serial ports in memory, each with its chip at the other end.
final class SimulatedSerialPorts implements SerialPorts {
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Path root;
    private final InstantSource world;
    private final Waiting time;
    private final Map<Path, SerialChip> chips = new ConcurrentHashMap<>();

    SimulatedSerialPorts(Path root, InstantSource world, Waiting time) {
        this.root = root;
        this.world = world;
        this.time = time;
    }

    /// @param device such as `/dev/serial0`
    void attach(String device, SerialChip chip) {
        if (chips.putIfAbsent(root.resolve(device.substring(1)), chip) != null) {
            throw new IllegalArgumentException(device + " has a chip already");
        }
    }

    @Override
    public SerialPort open(Path device, int baud) throws IOException {
        var chip = chips.get(device);
        if (chip == null) {
            throw new IOException("cannot open %s: No such file or directory".formatted(device));
        }
        return new Port(chip);
    }

    private final class Port implements SerialPort {
        private final SerialChip chip;
        private byte[] waiting = new byte[0];
        private int taken;
        private volatile boolean closed;

        Port(SerialChip chip) {
            this.chip = chip;
        }

        @Override
        public int read(byte[] buffer, Duration atMost) throws IOException, InterruptedException {
            long left = atMost.toMillis();
            while (true) {
                requireThere();
                if (taken == waiting.length) {
                    waiting = chip.sent(world.instant());
                    taken = 0;
                }
                if (taken < waiting.length || left <= 0) {
                    int count = Math.min(buffer.length, waiting.length - taken);
                    System.arraycopy(waiting, taken, buffer, 0, count);
                    taken += count;
                    return count;
                }
                time.sleep(LOOK);
                left -= LOOK.toMillis();
            }
        }

        private void requireThere() throws IOException {
            if (closed || chip.faults().has(Fault.UNPLUGGED) || chip.faults().has(Fault.NAK)) {
                throw new IOException(closed ? "it is closed" : "Input/output error");
            }
        }

        @Override
        public void write(byte... bytes) throws IOException {
            requireThere(); // these chips listen to nobody
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
