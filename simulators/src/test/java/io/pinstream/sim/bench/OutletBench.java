package io.pinstream.sim.bench;

import io.pinstream.hub.outlet.KafkaServer;
import io.pinstream.hub.outlet.RabbitServer;
import io.pinstream.hub.outlet.RedisServer;
import io.pinstream.sim.process.Program;
import io.pinstream.sim.process.SelfSigned;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Measures outlets beside others in the same run: `throughput [rounds]` beside the plain client's own fastest loop,
/// `latency [seconds]` beside a plain consumer of Kafka. A third word chooses: only what has it in its name.
///
/// A program and not a test: its figures decide nothing. It is among the tests because it needs the servers that
/// they start. Everything but the measured process (the hub, or this one) is a process of its own on loopback.
final class OutletBench {
    private OutletBench() {}

    public static void main(String[] arguments) throws Exception {
        var what = arguments.length > 0 ? arguments[0] : "throughput";
        var only = arguments.length > 2 ? arguments[2] : "";
        var folder = Files.createTempDirectory("outlet-bench");
        System.setProperty("aws.accessKeyId", "AKIDEXAMPLE");
        System.setProperty("aws.secretAccessKey", "stand-in");
        System.out.printf("%d cores, Java %s%n", Runtime.getRuntime().availableProcessors(), Runtime.version());
        try (var kafka = new KafkaServer(Map.of());
                var redis = new RedisServer(
                        "--appendonly", "no", "--client-output-buffer-limit", "pubsub", "0", "0", "0")) {
            var servers = new Servers(folder, kafka, redis, RabbitServer.shared(), SelfSigned.make(folder));
            if (what.equals("latency")) {
                new OutletLatency(servers, number(arguments, 10), only).run();
            } else {
                new OutletThroughput(servers, number(arguments, 5), only).run();
            }
        }
        System.exit(0); // RabbitMQ ends with this process
    }

    private static int number(String[] arguments, int otherwise) {
        return arguments.length > 1 ? Integer.parseInt(arguments[1]) : otherwise;
    }

    /// What there is to send to, on loopback.
    ///
    /// @param pair certificate and key of the stand-ins
    record Servers(Path folder, KafkaServer kafka, RedisServer redis, RabbitServer rabbit, SelfSigned pair) {
        static final String GRID_KEY = "c3RhbmQtaW4=";

        Program sinkhole(String what, int port) throws IOException {
            return Program.java(
                    what,
                    folder.resolve(what + ".log"),
                    List.of(),
                    Sinkholes.class.getName(),
                    List.of(what, "" + port));
        }

        TimeSource time() {
            return TimeSource.system();
        }
    }
}
