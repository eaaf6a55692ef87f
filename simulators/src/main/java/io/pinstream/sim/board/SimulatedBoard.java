package io.pinstream.sim.board;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import io.pinstream.agent.board.SerialPorts;
import io.pinstream.sim.chip.Ds18b20Chip;
import io.pinstream.sim.chip.Faults;
import io.pinstream.sim.chip.HostFiles;
import io.pinstream.sim.chip.I2cChip;
import io.pinstream.sim.chip.KernelDevice;
import io.pinstream.sim.chip.LineMover;
import io.pinstream.sim.chip.SerialChip;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.chip.SpiChip;
import io.pinstream.sim.chip.W1Bus;
import io.pinstream.sim.chip.Wire;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A board without hardware: a Pi4J platform whose lines and buses lead to simulated chips, and the kernel's
/// files below a root. The agent's own code runs on it unchanged; nothing needs Linux or root.
///
/// Chips and lines may be attached, moved and broken by any thread at any time. What happens by itself (pulses,
/// files) is done by [#step]; the thread `world` calls it after [#start].
public final class SimulatedBoard implements AutoCloseable {
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

    private final Path root;
    private final InstantSource world;
    private final Map<Integer, SimulatedLine> lines = new ConcurrentHashMap<>();
    private final List<Connection> opened = new CopyOnWriteArrayList<>();
    private final SimulatedI2cProvider i2c;
    private final SimulatedSpiProvider spi;
    private final List<Runnable> movers = new CopyOnWriteArrayList<>();
    private final List<Faults> kernelChips = new CopyOnWriteArrayList<>();
    private final SimulatedSerialPorts serial;
    private final List<KernelDevice> kernelDevices = new CopyOnWriteArrayList<>();
    private final List<HostFiles> hosts = new CopyOnWriteArrayList<>();
    private final W1Bus w1;
    private final Context context;
    private final TimeSource time;
    private final Thread turns;

    private SimulatedBoard(Path root, InstantSource world, TimeSource time, Duration adapterTimeout)
            throws IOException {
        this.i2c = new SimulatedI2cProvider(adapterTimeout, time, opened::add);
        this.spi = new SimulatedSpiProvider(time, opened::add);
        this.root = root;
        this.world = world;
        this.time = time;
        this.turns = time.thread("world", this::run);
        turns.setDaemon(true);
        this.serial = new SimulatedSerialPorts(root, world, time);
        this.w1 = new W1Bus(root, world);
        this.context = Pi4J.newContextBuilder()
                .noAutoDetect()
                .add(
                        i2c,
                        spi,
                        new SimulatedInputProvider(this::line, time, opened::add),
                        new SimulatedOutputProvider(this::line),
                        new SimulatedPwmProvider())
                .disableShutdownHook()
                .build();
    }

    /// @param root an empty folder that the board may fill; it belongs to the caller
    /// @param world what time it is for the chips
    /// @param time the clock that stamps edges, and that whoever uses the board waits by
    public static SimulatedBoard open(Path root, InstantSource world, TimeSource time) throws IOException {
        return open(root, world, time, Wire.ADAPTER_TIMEOUT);
    }

    /// The same, with buses that give up sooner or later than Linux' do when somebody holds them.
    public static SimulatedBoard open(Path root, InstantSource world, TimeSource time, Duration adapterTimeout)
            throws IOException {
        return new SimulatedBoard(root, world, time, adapterTimeout);
    }

    /// What the board has opened since somebody last asked: where a driver looks for its chip nobody knows better
    /// than the driver.
    public synchronized List<Connection> takeOpened() {
        var taken = List.copyOf(opened);
        opened.clear();
        return taken;
    }

    public SimulatedBoard attach(int bus, int address, I2cChip chip) {
        i2c.attach(bus, address, chip);
        return this;
    }

    /// How long the adapter of a bus lets a chip hold the clock; [Wire#STRETCH_LIMIT] where nobody says.
    public SimulatedBoard stretchLimit(int bus, Duration limit) {
        i2c.wire(bus).stretchLimit(limit);
        return this;
    }

    public SimulatedBoard attach(int bus, int chipSelect, SpiChip chip) {
        spi.attach(bus, chipSelect, chip);
        return this;
    }

    public SimulatedBoard attach(Ds18b20Chip chip) throws IOException {
        w1.attach(chip);
        kernelChips.add(chip.faults());
        return this;
    }

    /// Puts a chip at the other end of a serial port.
    ///
    /// @param device such as `/dev/serial0`
    public SimulatedBoard attach(String device, SerialChip chip) {
        serial.attach(device, chip);
        kernelChips.add(chip.faults());
        return this;
    }

    /// For the board that the agent gets.
    public SerialPorts serialPorts() {
        return serial;
    }

    /// Lets the kernel show a device as files.
    public SimulatedBoard attach(KernelDevice device) throws IOException {
        device.refresh();
        kernelDevices.add(device);
        kernelChips.add(device.faults());
        return this;
    }

    /// What can be wrong with the chips that the kernel shows as files or that are on serial ports, in the order
    /// in which they were attached.
    public List<Faults> kernelChips() {
        return List.copyOf(kernelChips);
    }

    /// Lets the board have the files of a machine of its own; without, it has no thermometer, load and network.
    public SimulatedBoard machine(HostFiles.Machine machine) throws IOException {
        hosts.add(new HostFiles(root, machine, world));
        return this;
    }

    /// Lets something move a line.
    public SimulatedBoard move(LineMover mover) {
        return move(mover::step);
    }

    /// Lets something move lines, at each [#step].
    public SimulatedBoard move(Runnable mover) {
        movers.add(mover);
        return this;
    }

    /// A line from the outside world's side. Every board has every line.
    public SimulatedLine line(int number) {
        return lines.computeIfAbsent(number, _ -> new SimulatedLine());
    }

    public InstantSource world() {
        return world;
    }

    /// Where the kernel's files are.
    public Path root() {
        return root;
    }

    public Context context() {
        return context;
    }

    /// Does what the world does by itself.
    public void step() throws IOException {
        movers.forEach(Runnable::run);
        w1.refresh();
        for (var device : kernelDevices) {
            device.refresh();
        }
        for (var host : hosts) {
            host.refresh();
        }
    }

    /// Lets the world go on by itself, ten times a second, until the board is closed.
    public SimulatedBoard start() {
        turns.start();
        return this;
    }

    private void run() {
        try {
            while (true) {
                step();
                time.sleep(TURN);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            throw new UncheckedIOException("the simulated kernel's files below " + root, failed);
        }
    }

    @Override
    public void close() {
        turns.interrupt();
        try {
            var _ = !turns.isAlive() || time.join(turns, LONGEST_TURN); // so that nobody writes below the root any more
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        context.shutdown();
    }
}
