package io.pinstream.sim;

import io.pinstream.sim.bench.NaiveLoop;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pinstream-sim`: the world around Pinstream, simulated.
@Command(
        name = "pinstream-sim",
        description = "Simulated boards, fleets of devices, recordings, the demo and the benchmark of Pinstream.",
        mixinStandardHelpOptions = true,
        version = "pinstream-sim 0.1.0",
        subcommands = {
            DemoCommand.class,
            BoardCommand.class,
            FleetCommand.class,
            ReplayCommand.class,
            RecordCommand.class,
            CloudCommand.class,
            BenchCommand.class,
            Main.Naive.class,
            Main.Kafka.class
        })
public final class Main {
    Main() {}

    public static void main(String[] arguments) {
        System.exit(Commands.line(new Main()).execute(arguments));
    }

    /// The loop that the benchmark compares with, in a process of its own.
    @Command(name = "naive", hidden = true, description = "Every MQTT message becomes a Kafka record, no guarantee.")
    static final class Naive implements Callable<Integer> {
        @Option(names = "--mqtt", required = true, description = "port of the broker on loopback")
        private int mqttPort;

        @Option(names = "--kafka", required = true, description = "bootstrap servers of Kafka")
        private String bootstrapServers = "";

        @Override
        public Integer call() throws InterruptedException {
            try (var _ = NaiveLoop.start(mqttPort, bootstrapServers, "naive")) {
                System.out.println("ready");
                Thread.currentThread().join();
            }
            return CommandLine.ExitCode.OK;
        }
    }

    /// A Kafka node in a process of its own, for the benchmark and for tests that kill it.
    @Command(name = "kafka", hidden = true, description = "One Kafka node on loopback.")
    static final class Kafka implements Callable<Integer> {
        @Option(names = "--port", required = true, description = "port on loopback")
        private int port;

        @Option(names = "--data", required = true, description = "folder of its data")
        private Path data = Path.of("");

        @Override
        public Integer call() throws Exception {
            try (var kafka = io.pinstream.embedded.EmbeddedKafka.start(data, port)) {
                System.out.println("ready " + kafka.bootstrapServers());
                Thread.currentThread().join();
            }
            return CommandLine.ExitCode.OK;
        }
    }
}
