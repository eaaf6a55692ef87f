package io.pinstream.sim.device;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.link.MqttSession;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.signal.WorldTime;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A real agent on a simulated board: the same drivers, outbox and link, and chips that replay recorded weather.
public final class SimulatedDevice implements AutoCloseable {
    /// @param kernel a folder for the board's kernel files; what is in it is lost
    /// @param seed makes this device's weather its own
    /// @param speed world seconds in a second
    /// @param begin what time it is in the world at the start; none for now
    /// @param sources what chips show in place of simulated weather
    public record World(Path kernel, long seed, double speed, Optional<Instant> begin, Sources sources) {
        /// A world of today, with nothing but weather.
        public World(Path kernel, long seed, double speed) {
            this(kernel, seed, speed, Optional.empty(), Sources.WEATHER);
        }
    }

    /// The board has a card of its own, whatever this machine has.
    private static final long FREE = 8_000_000_000L;

    private final AgentConfig config;
    private final SimulatedBoard simulated;
    private final Board board;
    private final List<Hardware> hardware;
    private final Closer closer;
    private @Nullable EdgeAgent agent;

    private SimulatedDevice(
            AgentConfig config, SimulatedBoard simulated, Board board, List<Hardware> hardware, Closer closer) {
        this.config = config;
        this.simulated = simulated;
        this.board = board;
        this.hardware = hardware;
        this.closer = closer;
    }

    /// Starts a device with the sensors that the configuration names, each on a chip of its own.
    ///
    /// @param watch hears what the agent has to say
    public static SimulatedDevice start(AgentConfig config, World world, Journal journal, AgentWatch watch)
            throws IOException {
        var device = wired(config, world, journal);
        try {
            device.begin(config, watch);
            return device;
        } catch (IOException failure) {
            throw device.closer.closeAfter(failure);
        } catch (RuntimeException failure) {
            throw device.closer.closeAfter(failure);
        }
    }

    /// A device whose agent has not begun: its board and its chips.
    public static SimulatedDevice wired(AgentConfig config, World world, Journal journal) throws IOException {
        return wired(config, world, TimeSource.system(), journal);
    }

    /// The same by another clock.
    public static SimulatedDevice wired(AgentConfig config, World world, TimeSource time, Journal journal)
            throws IOException {
        var closer = new Closer();
        try {
            Files.createDirectories(world.kernel());
            var clock = WorldTime.from(world.begin().orElseGet(time::instant), world.speed(), time::nanos);
            var simulated = closer.add(SimulatedBoard.open(world.kernel(), clock, time));
            var board = closer.add(Board.of(
                    simulated.context(), new KernelFiles(world.kernel(), _ -> FREE), simulated.serialPorts(), time));
            var hardware = Wiring.wire(simulated, board, config.sensors(), world, journal);
            return new SimulatedDevice(config, simulated, board, hardware, closer);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        } catch (RuntimeException failure) {
            throw closer.closeAfter(failure);
        }
    }

    /// Starts the agent, once; what it begins with may differ from what was wired only in broker and outbox.
    ///
    /// @throws IOException if its outbox cannot be opened; the device is still to be closed
    public void begin(AgentConfig begun, AgentWatch watch) throws IOException {
        begin(begun, new SecureRandom(), MqttSession.byPaho(), watch);
    }

    /// The same with streams, nonces and connections that somebody else makes.
    public void begin(AgentConfig begun, RandomGenerator random, MqttSession.Opening sessions, AgentWatch watch)
            throws IOException {
        if (agent != null) {
            throw new IllegalStateException(
                    "the agent of %s runs already; this is a bug in the simulators".formatted(config.device()));
        }
        agent = closer.add(EdgeAgent.start(begun, new EdgeAgent.World(board, board.time(), random, sessions, watch)));
        simulated.start();
    }

    /// What stands behind each sensor, in the order of the configuration.
    public List<Hardware> hardware() {
        return hardware;
    }

    /// What time it is for the chips.
    public InstantSource world() {
        return simulated.world();
    }

    /// What waits, and what was taken; also of an agent that has ended.
    public Outbox.Figures outbox() {
        var begun = agent;
        if (begun == null) {
            throw new IllegalStateException("the agent has not begun; this is a bug in the simulators");
        }
        return begun.figures();
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
