package io.pinstream.sim.bench;

import io.pinstream.agent.outbox.OutboxReport;
import io.pinstream.event.DeviceId;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A real agent in a process of its own, with an outbox of its own, and what of it passes the broker.
final class AgentProcess implements AutoCloseable {
    /// How an agent is started.
    ///
    /// @param prefix a program that starts it, such as taskset with its arguments; or nothing
    /// @param classPath the agent's jars, as java takes them
    /// @param options of the JVM
    record Launch(List<String> prefix, String classPath, List<String> options) {
        Launch(String classPath, List<String> options) {
            this(List.of(), classPath, options);
        }
    }

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(2);

    private final Program program;
    private final PackCount packs;
    private final Path outbox;
    private final TimeSource time;
    private final long begun;

    private AgentProcess(Program program, PackCount packs, Path outbox, TimeSource time, long begun) {
        this.program = program;
        this.packs = packs;
        this.outbox = outbox;
        this.time = time;
        this.begun = begun;
    }

    /// @param more of the outbox's configuration, with a comma before it
    /// @param configuration lines of YAML that say what it reads and how it packs
    static AgentProcess start(
            DeviceId device,
            Surroundings place,
            Path folder,
            Launch launch,
            String more,
            String configuration,
            TimeSource time)
            throws IOException {
        var home = Files.createDirectories(folder.resolve(device.value()));
        var outbox = home.resolve("outbox");
        var config = place.configuration(
                device.value(), home, "outbox: {folder: \"%s\"%s}\n%s".formatted(outbox, more, configuration));
        var command = new ArrayList<>(launch.prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(launch.options);
        command.addAll(List.of("-cp", launch.classPath, "io.pinstream.agent.Main", "run", "-c", config.toString()));
        var packs = new PackCount(device, place.mqttPort());
        long begun = time.nanos();
        try {
            var program = Program.start(device.value(), home.resolve("agent.log"), command);
            return new AgentProcess(program, packs, outbox, time, begun);
        } catch (IOException failure) {
            packs.close();
            throw failure;
        }
    }

    /// Waits for the first event in the outbox.
    ///
    /// @return how many milliseconds after the start it came
    double awaitOutbox() throws IOException, InterruptedException {
        while (!Files.isDirectory(outbox) || OutboxReport.read(outbox).lastRow() == 0) {
            if (!program.isAlive() || time.nanos() - begun > LIMIT.toNanos()) {
                throw new IOException("nothing came into the outbox:%n%s".formatted(program.output()));
            }
            Thread.sleep(LOOK);
        }
        return (time.nanos() - begun) / 1e6;
    }

    /// Waits until the hub has committed a pack.
    ///
    /// @return how many milliseconds after the start its word came
    double awaitAcknowledged() throws IOException, InterruptedException {
        if (!packs.awaitAcknowledged(LIMIT)) {
            throw new IOException(
                    "no pack was acknowledged within %d s:%n%s".formatted(LIMIT.toSeconds(), program.output()));
        }
        return (time.nanos() - begun) / 1e6;
    }

    ProcessFigures figures() throws IOException {
        return ProcessFigures.of(program.pid());
    }

    PackCount.Sent sent() {
        return packs.sent();
    }

    String output() {
        return program.output();
    }

    /// Ends it in order.
    void stop() throws IOException, InterruptedException {
        int ended = program.stop(LIMIT); // one that writes a cache needs its time
        if (ended != 0) {
            throw new IOException("the agent ended with %d:%n%s".formatted(ended, program.output()));
        }
    }

    @Override
    public void close() throws IOException {
        program.close();
        packs.close();
    }
}
