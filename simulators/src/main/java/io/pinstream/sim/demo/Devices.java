package io.pinstream.sim.demo;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.lifecycle.Closer;
import io.pinstream.sim.device.Journal;
import io.pinstream.sim.device.SimulatedDevice;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// The demo's devices: this very machine, and simulated boards that replay recorded weather.
final class Devices implements AutoCloseable {
    private static final List<String> SIMULATED =
            List.of("attic", "balcony", "cellar", "garage", "garden", "greenhouse", "kitchen", "workshop");

    private static final String PARTS_OF_A_BOARD = """
              air: {type: bme280, every: 500ms}
              soil: {type: mcp3008, channel: 0, every: 1s}
              probe: {type: ds18b20, every: 5s}
              door: {type: contact, line: 17}
              wind: {type: pulse-counter, line: 27, every: 2s}
              machine: {type: host, every: 5s}
            actuators:
              lamp: {type: relay, line: 22}
              fan: {type: pwm, chip: 0, channel: 0, frequency: 25000}
            rules:
              - when door.active is true then lamp on
            """;
    private static final String PARTS_OF_THIS_MACHINE = "  machine: {type: host, every: 1s}\n";

    private final Path folder;
    private final int mqttPort;
    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<Supplier<Outbox.Figures>> outboxes = new ArrayList<>();

    /// @param folder each device has its configuration, its outbox and its kernel's files in a folder below
    Devices(Path folder, int mqttPort) {
        this.folder = folder;
        this.mqttPort = mqttPort;
    }

    /// Starts them all.
    ///
    /// @param watch hears what their agents have to say
    void start(AgentWatch watch) throws IOException {
        thisMachine(watch);
        for (var name : SIMULATED) {
            var home = folder.resolve(name);
            var world = new SimulatedDevice.World(home.resolve("kernel"), name.hashCode(), 1);
            var device = SimulatedDevice.start(config(name, PARTS_OF_A_BOARD), world, Journal.NONE, watch);
            running.add(device);
            outboxes.add(device::outbox);
        }
    }

    private void thisMachine(AgentWatch watch) throws IOException {
        var closer = new Closer();
        try {
            var board = closer.add(Board.open(Board.Config.DEFAULT, TimeSource.system()));
            var config = config(nameOfThisMachine(), PARTS_OF_THIS_MACHINE);
            var agent = closer.add(EdgeAgent.start(config, EdgeAgent.World.of(board, watch)));
            running.add(closer);
            outboxes.add(agent::figures);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        }
    }

    private static String nameOfThisMachine() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            name = "this-machine";
        }
        var safe = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^\\.+", "");
        return safe.isEmpty() || SIMULATED.contains(safe)
                ? "this-machine"
                : safe.substring(0, Math.min(64, safe.length()));
    }

    /// Written as a file, for whoever wants to see how little it takes.
    private AgentConfig config(String name, String parts) throws IOException {
        var home = Files.createDirectories(folder.resolve(name));
        var file = home.resolve("agent.yaml");
        Files.writeString(file, """
                device: %s
                broker: {url: "tcp://127.0.0.1:%d"}
                outbox: {folder: "%s", max-bytes: 64MiB}
                sensors:
                %s""".formatted(name, mqttPort, home.resolve("outbox"), parts));
        var read = AgentConfig.read(file);
        return read.config()
                .orElseThrow(() ->
                        new IllegalStateException("the demo's own configuration is wrong: %s; this is a bug in the demo"
                                .formatted(read.problems())));
    }

    int count() {
        return running.size();
    }

    /// Events that are in outboxes and not yet known to be committed.
    long waiting() {
        return outboxes.stream().mapToLong(figures -> figures.get().events()).sum();
    }

    /// Ends them all at once: each may wait for its last answer.
    @Override
    public void close() throws IOException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var endings =
                    threads.invokeAll(running.stream().map(Devices::ending).toList());
            for (var ending : endings) {
                ending.get();
            }
        } catch (ExecutionException failed) {
            throw new IOException("a device did not end well: " + failed.getCause(), failed);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static Callable<Boolean> ending(AutoCloseable device) {
        return () -> {
            device.close();
            return true;
        };
    }
}
