package io.pinstream.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.agent.watch.AgentLog;
import io.pinstream.hub.watch.HubLog;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.demo.Demo;
import io.pinstream.sim.demo.Place;
import io.pinstream.time.TimeSource;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pinstream-sim demo`: everything in one process, with nothing else installed.
@Command(
        name = "demo",
        description = {
            "Runs an MQTT broker, a Kafka node, the hub and nine devices in one process: this machine, and eight"
                    + " simulated boards that replay recorded weather. Ctrl-C ends it; the next start goes on from what is"
                    + " kept."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final Duration REPAINT = Duration.ofSeconds(1);
    private static final Duration REPEAT = Duration.ofSeconds(10);

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where to keep everything (default: pinstream/demo in the user's data home)")
    private @Nullable Path data;

    @Option(names = "--fresh", description = "forget what an earlier demo has kept there")
    private boolean fresh;

    @Option(names = "--for", paramLabel = "SECONDS", description = "end by itself after so long (default: never)")
    private @Nullable Integer seconds;

    @Override
    public Integer call() throws Exception {
        var time = TimeSource.system();
        long began = time.nanos();
        var out = System.out;
        try (var shutdown = Shutdown.awaited();
                var place = Place.take(data == null ? Place.standard() : data, fresh);
                var log = new PrintStream(new FileOutputStream(place.log().toFile(), true), true, UTF_8)) {
            // Each quietens the libraries that it knows; both write to the same place.
            AgentLog.to(log, false);
            HubLog.to(log, false);
            out.printf("Pinstream demo, data in %s%n", place.folder());
            out.println("starting an MQTT broker, Kafka, the hub and nine devices ...");
            try (var demo = Demo.start(
                    place,
                    new io.pinstream.agent.watch.LoggingWatch(time),
                    new io.pinstream.hub.watch.LoggingWatch(time))) {
                demo.hints().forEach(out::println);
                out.printf("log          %s%n", place.log());
                out.println("Ctrl-C ends it; the next start goes on from here (--fresh: from nothing).");
                show(demo, shutdown, out, began);
                out.println();
                out.println("ending ...");
            }
            out.printf("ended; everything is kept in %s%n", place.folder());
        }
        return 0;
    }

    /// Keeps one line up to date; where nobody sees a line change, prints one now and then.
    private void show(Demo demo, Shutdown shutdown, PrintStream out, long began) throws InterruptedException {
        boolean isTerminal = Terminal.isOne();
        var pause = isTerminal ? REPAINT : REPEAT;
        if (!isTerminal) {
            var ignored = shutdown.await(REPAINT);
        }
        long end = seconds == null
                ? Long.MAX_VALUE
                : began + Duration.ofSeconds(seconds).toNanos();
        do {
            out.print(isTerminal ? "\r%s\u001b[K".formatted(demo.status()) : "%s%n".formatted(demo.status()));
            out.flush();
        } while (!shutdown.await(pause) && TimeSource.system().nanos() < end);
    }
}
