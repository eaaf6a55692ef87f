package io.pinstream.sim;

import io.pinstream.sim.fleet.Fleet;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pinstream-sim fleet`: many devices that send at a steady rate, by the real delivery protocol.
@Command(
        name = "fleet",
        description =
                "Many simulated devices over real MQTT, by the real delivery protocol. Ends when all is committed.",
        mixinStandardHelpOptions = true)
final class FleetCommand implements Callable<Integer> {
    @Option(names = "--devices", defaultValue = "100", description = "how many devices (default: ${DEFAULT-VALUE})")
    private int devices;

    @Option(
            names = "--rate",
            defaultValue = "1",
            description = "packs per second of each device (default: ${DEFAULT-VALUE})")
    private double rate;

    @Option(names = "--events", defaultValue = "1", description = "events in a pack (default: ${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--packs", defaultValue = "60", description = "packs of each device (default: ${DEFAULT-VALUE})")
    private long packs;

    @Option(
            names = "--port",
            defaultValue = "1883",
            description = "broker's port on loopback (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--name",
            defaultValue = "fleet",
            description = "prefix of the device ids (default: ${DEFAULT-VALUE})")
    private String name = "";

    @Option(names = "--json", description = "print the report as JSON")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        require("--devices", devices, 1, 10_000);
        require("--events", events, 1, 1_000);
        require("--packs", packs, 1, 1_000_000_000);
        if (!(rate > 0 && rate <= 10_000)) {
            throw new IllegalArgumentException("--rate must be above 0 and at most 10000 packs/s, but was " + rate);
        }
        var time = TimeSource.system();
        long start = time.nanos();
        try (var fleet = new Fleet(port, name, new Fleet.Load(devices, packs, events, rate * devices), time)) {
            Thread.ofVirtual().start(() -> progress(fleet));
            fleet.run();
            var latency = fleet.latencyMicros();
            double seconds = (time.nanos() - start) / 1e9;
            System.out.printf(
                    json
                            ? "{\"packs\":%d,\"events\":%d,\"resent\":%d,\"seconds\":%.3f,\"p50_ms\":%.1f,\"p99_ms\":%.1f}%n"
                            : "%d packs with %d events committed, %d sent again, in %.1f s; p50 %.1f ms, p99 %.1f ms%n",
                    packs * devices,
                    packs * devices * events,
                    fleet.resent(),
                    seconds,
                    latency[latency.length / 2] / 1e3,
                    latency[(int) (latency.length * 0.99)] / 1e3);
        }
        return CommandLine.ExitCode.OK;
    }

    private static void require(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be %d to %d, but was %d".formatted(option, least, most, value));
        }
    }

    /// A line a second on stderr, so that nobody wonders whether anything happens.
    private void progress(Fleet fleet) {
        try {
            while (!fleet.isDone()) {
                Thread.sleep(Duration.ofSeconds(1));
                System.err.printf("%,d of %,d packs committed%n", fleet.committed(), packs * devices);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
