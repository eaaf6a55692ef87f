package io.pinstream.sim.device;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.signal.WorldTime;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A real agent on a simulated board: the same drivers, outbox and link, and chips that replay recorded weather.
public final class SimulatedDevice implements AutoCloseable {
    /// @param kernel a folder for the board's kernel files; what is in it is lost
    /// @param seed makes this device's weather its own
    /// @param speed world seconds in a second
    public record World(Path kernel, long seed, double speed) {}

    private final EdgeAgent agent;
    private final Closer closer;

    private SimulatedDevice(EdgeAgent agent, Closer closer) {
        this.agent = agent;
        this.closer = closer;
    }

    /// Starts a device with the sensors that the configuration names, each on a chip of its own.
    ///
    /// @param watch hears what the agent has to say
    public static SimulatedDevice start(AgentConfig config, World world, Journal journal, AgentWatch watch)
            throws IOException {
        var closer = new Closer();
        try {
            Files.createDirectories(world.kernel());
            var time = TimeSource.system();
            var clock = WorldTime.from(time.instant(), world.speed(), time::nanos);
            var simulated = closer.add(SimulatedBoard.open(world.kernel(), clock, time));
            Wiring.wire(simulated, config.sensors(), world.seed(), journal);
            var board = closer.add(Board.of(simulated.context(), new KernelFiles(world.kernel()), time));
            var agent = closer.add(EdgeAgent.start(config, EdgeAgent.World.of(board, watch)));
            simulated.start();
            return new SimulatedDevice(agent, closer);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        } catch (RuntimeException failure) {
            throw closer.closeAfter(failure);
        }
    }

    public Outbox.Figures outbox() {
        return agent.figures();
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }
}
