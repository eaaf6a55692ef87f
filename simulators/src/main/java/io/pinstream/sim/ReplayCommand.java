package io.pinstream.sim;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.agent.watch.LoggingWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.device.Journal;
import io.pinstream.sim.device.SimulatedDevice;
import io.pinstream.sim.replay.Columns;
import io.pinstream.sim.replay.Recorded;
import io.pinstream.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinstream-sim replay`: one agent, as it is configured, on a board whose chips show what was recorded.
@Command(
        name = "replay",
        description = {
            "Runs the real agent with your configuration on a simulated board whose chips show recorded data, so that it"
                    + " goes through the drivers. Ends with the recording, or with Ctrl-C.",
            "",
            "A .csv has a header: time, and columns named sensor.quantity, such as time,air.temperature,door.active. An"
                    + " empty cell is no value. A .jsonl has an object on each line, with the same names, or events as"
                    + " they stand in Kafka, which is what record writes. Times are ISO 8601, or seconds or milliseconds"
                    + " since 1970; figures are in the units of the events. Between two rows a figure goes straight from"
                    + " one to the other. The events that the agent makes have the time of now.",
            "",
            "Exit codes: 0 replayed, 1 the file cannot be read, 2 an option is wrong, 78 the agent's configuration or the"
                    + " column map is wrong."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    private static final int BAD_CONFIG = 78;

    @Parameters(index = "0", paramLabel = "FILE", description = "the recording: FILE.csv or FILE.jsonl")
    private Path file = Path.of("");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "agent.yaml",
            description = "the agent's configuration (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("");

    @Option(
            names = "--speed",
            paramLabel = "Nx",
            defaultValue = "1x",
            converter = Options.Speed.class,
            description = "recorded seconds in a second, 1x to 1000000x (default: ${DEFAULT-VALUE})")
    private double speed;

    @Option(
            names = "--map",
            paramLabel = "FILE.yaml",
            description = "what the columns are: time: NAME and columns: {NAME: {sensor: air, quantity: temperature}}")
    private @Nullable Path map;

    @Option(names = "--device", paramLabel = "ID", description = "only the rows of this device")
    private @Nullable String device;

    @Option(names = "--journal", paramLabel = "FILE", description = "write down what the chips show, a line each")
    private @Nullable Path journal;

    @Override
    public Integer call() throws Exception {
        var read = AgentConfig.read(config);
        read.problems().forEach(System.err::println);
        var columns = map == null ? new Columns.Read(Optional.of(Columns.BY_NAME), List.of()) : Columns.read(map);
        columns.problems().forEach(System.err::println);
        if (read.config().isEmpty() || columns.columns().isEmpty()) {
            return BAD_CONFIG;
        }
        var recorded = Recorded.read(file, columns.columns().get(), Optional.ofNullable(device));
        play(recorded, read.config().get());
        return 0;
    }

    /// Says what is played and what is not.
    private void report(Recorded recorded, List<SensorConfig> sensors) {
        System.err.printf("%s: %,d rows from %s to %s%n", file, recorded.rows(), recorded.begin(), recorded.end());
        recorded.problems().forEach(problem -> System.err.println(file + ": " + problem));
        if (recorded.bad() > 0) {
            System.err.printf("%s: %,d rows are left out in all%n", file, recorded.bad());
        }
        recorded.unknown()
                .forEach(name -> System.err.printf(
                        "%s: column %s is not replayed: its name is no sensor.quantity; --map can say what it is%n",
                        file, name));
        for (var column : recorded.columns()) {
            if (!recorded.shown().contains(column)) {
                boolean isThere = sensors.stream().anyMatch(one -> one.id().equals(column.sensor()));
                System.err.printf(
                        "%s: %s is not replayed: %s%n",
                        file,
                        column,
                        isThere
                                ? "its simulated chip cannot be told to show that"
                                : config + " has no sensor " + column.sensor());
            }
        }
        for (var sensor : sensors) {
            if (recorded.columns().stream().noneMatch(column -> column.sensor().equals(sensor.id()))) {
                System.err.printf("sensor %s is not in %s: its chip shows simulated values%n", sensor.id(), file);
            }
        }
    }

    private void play(Recorded recorded, AgentConfig agent) throws Exception {
        AgentLog.toStandardError(false);
        var lasts = Duration.between(recorded.begin(), recorded.end());
        try (var shutdown = Shutdown.awaited();
                var closer = new Closer()) {
            var shown = closer.add(journal == null ? Journal.NONE : Journal.to(journal));
            var world = new SimulatedDevice.World(
                    Files.createTempDirectory("pinstream-replay"), 1, speed, Optional.of(recorded.begin()), recorded);
            var simulated = closer.add(SimulatedDevice.wired(agent, world, shown));
            report(recorded, agent.sensors());
            if (recorded.shown().isEmpty()) {
                throw new IllegalArgumentException(
                        "nothing of %s can be shown by the sensors in %s".formatted(file, config));
            }
            simulated.begin(agent, new LoggingWatch(TimeSource.system()));
            boolean told = shutdown.await(
                    Duration.ofNanos((long) (lasts.toNanos() / speed)).plusSeconds(1));
            System.err.println(told ? "replay is ended" : "replay is at its end");
        }
    }
}
