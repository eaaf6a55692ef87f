package io.pinstream.sim;

import io.pinstream.hub.watch.HubLog;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.record.CommittedEvents;
import io.pinstream.sim.replay.EventFile;
import io.pinstream.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinstream-sim record`: committed events from Kafka into a file that `replay` reads.
@Command(
        name = "record",
        description = {
            "Writes committed events from Kafka to a file that replay reads: FILE.jsonl holds them as they are, FILE.csv the"
                    + " good ones of one device as columns. Without --duration it takes what is there and ends; with it,"
                    + " what comes from now on (or since --since). Ctrl-C ends it with a whole file.",
            "",
            "Exit codes: 0 written, 1 Kafka cannot be read or the file not written, 2 an option is wrong."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class RecordCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "a new file: FILE.jsonl or FILE.csv")
    private Path file = Path.of("");

    @Option(names = "--device", paramLabel = "ID", description = "only this device (default: all)")
    private @Nullable String device;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Options.Moment.class,
            description = "events of this time and later, such as 2026-06-01T06:00:00Z (default: the oldest)")
    private @Nullable Instant since;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Options.Time.class,
            description = "listen for so long, such as 10m (default: only what is there)")
    private @Nullable Duration duration;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "bootstrap servers, without TLS (default: ${DEFAULT-VALUE})")
    private String kafka = "";

    @Option(
            names = "--topic",
            defaultValue = "pinstream.events",
            description = "the events topic (default: ${DEFAULT-VALUE})")
    private String topic = "";

    @Override
    public Integer call() throws Exception {
        HubLog.to(System.err, false); // quietens Kafka's client
        var time = TimeSource.system();
        try (var shutdown = Shutdown.awaited();
                var out = EventFile.create(file)) {
            var wish = new CommittedEvents.Wish(
                    kafka, topic, Optional.ofNullable(since), duration != null, Optional.ofNullable(device));
            long end = duration == null ? Long.MAX_VALUE : time.nanos() + duration.toNanos();
            CommittedEvents.read(wish, out::add, () -> time.nanos() >= end || isTold(shutdown));
            out.reasons().forEach(reason -> System.err.println("left out: " + reason));
            System.err.printf("%,d events in %s, %,d left out%n", out.written(), file, out.bad());
        }
        return 0;
    }

    private static boolean isTold(Shutdown shutdown) {
        try {
            return shutdown.await(Duration.ZERO);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
