package io.pinstream.sim;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.agent.watch.LoggingWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.device.Journal;
import io.pinstream.sim.device.SimulatedDevice;
import io.pinstream.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pinstream-sim board`: one agent, as it is configured, on a board that is simulated.
@Command(
        name = "board",
        description = {
            "Runs the real agent with your configuration on a simulated board: every sensor of it finds a simulated"
                    + " chip where it looks for one. Needs no hardware and no Linux. Ends with Ctrl-C."
        },
        mixinStandardHelpOptions = true)
final class BoardCommand implements Callable<Integer> {
    private static final int BAD_CONFIG = 78;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "agent.yaml",
            description = "the agent's configuration (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("");

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "makes this board's weather its own (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--speed",
            defaultValue = "1",
            description = "world seconds in a second, 1 to 1000000 (default: ${DEFAULT-VALUE})")
    private double speed;

    @Option(names = "--journal", paramLabel = "FILE", description = "write down what the chips show, a line each")
    private @Nullable Path journal;

    @Override
    public Integer call() throws Exception {
        var read = AgentConfig.read(config);
        read.problems().forEach(System.err::println);
        if (read.config().isEmpty()) {
            return BAD_CONFIG;
        }
        AgentLog.toStandardError(false);
        try (var shutdown = Shutdown.awaited();
                var closer = new Closer()) {
            var shown = closer.add(journal == null ? Journal.NONE : Journal.to(journal));
            var kernel = Files.createTempDirectory("pinstream-board");
            var world = new SimulatedDevice.World(kernel, seed, speed);
            closer.add(SimulatedDevice.start(read.config().get(), world, shown, new LoggingWatch(TimeSource.system())));
            shutdown.await();
        }
        return 0;
    }
}
