package io.pinstream.sim.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.ConfigTree;
import io.pinstream.sim.rehearsal.Publication;
import io.pinstream.sim.rehearsal.Rehearsal;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Whether anything of an agent grows while it runs for long: a [Rehearsal] of the reference agent, which takes no
/// longer than the processor needs for it, and a look at regular times.
///
/// It is the whole agent on a simulated board, by a simulated clock, with a broker and hub in memory. The MQTT
/// client and TLS are not in it. Outbox and files are real.
public final class AgentDay {
    /// @param length how long the agent runs, by its own clock
    /// @param look how often is looked
    /// @param folder an empty one, for the agent's outbox
    public record Settings(Duration length, Duration look, Path folder) {}

    /// What there was at one moment.
    ///
    /// @param events that came to the outbox so far
    /// @param heap bytes of live objects
    /// @param outbox bytes of the outbox on the disk
    public record Look(Duration at, long events, long heap, int threads, long files, int classes, long outbox) {
        @Override
        public String toString() {
            return "%5d min %,10d events  heap %,10d bytes  threads %d  files %d  classes %,d  outbox %,d bytes"
                    .formatted(at.toMinutes(), events, heap, threads, files, classes, outbox);
        }
    }

    /// The reference: a climate chip, a thermometer, a contact, four converter inputs.
    private static final String BOARD = """
            device: reference
            packs: {linger: 1s}
            sensors:
              air: {type: bme280, every: 1s}
              probe: {type: ds18b20, every: 10s}
              door: {type: contact, line: 17}
              in0: {type: ads1115, input: a0, every: 100ms}
              in1: {type: ads1115, input: a1, every: 100ms}
              in2: {type: ads1115, input: a2, every: 100ms}
              in3: {type: ads1115, input: a3, every: 100ms}
            """;

    private static final Instant START = Instant.parse("2026-11-24T06:00:00Z");
    private static final long SEED = 1;
    private static final Duration MOVES = Duration.ofMinutes(2);
    /// What live objects may differ by from look to look: buffers that are full at one moment and empty at another.
    private static final long HEAP_TOLERANCE = 256 * 1024;
    /// What the JVM makes for itself of code that has run often: forms of method handles.
    private static final int CLASS_TOLERANCE = 16;
    /// Two segments of the outbox: the one that is written, and one before it that is not empty yet.
    private static final long LARGEST_OUTBOX = 8L << 20;
    /// The first looks see what is made when it is first used.
    private static final int TO_WARM_UP = 2;

    private final Settings settings;
    private final Consumer<Publication> also;
    private final List<Look> looks = new ArrayList<>();
    private final LongAdder events = new LongAdder();

    /// @param also hears each publication, too
    public AgentDay(Settings settings, Consumer<Publication> also) {
        this.settings = settings;
        this.also = also;
    }

    /// Runs it, prints each look, and says what has grown.
    ///
    /// @return a sentence for each thing that has grown; empty if nothing has
    public List<String> run(PrintStream out) throws IOException, InterruptedException {
        var file = Files.writeString(settings.folder().resolve("agent.yaml"), BOARD);
        var config = AgentConfig.read(file).config().orElseThrow();
        // A little longer, because the last look is not to see how it ends.
        var length = settings.length().plus(MOVES);
        var options = new Rehearsal.Options(SEED, START, Optional.of(length), Optional.empty());
        var rehearsal = new Rehearsal(config, options, said -> {
            also.accept(said);
            if (said.at().compareTo(settings.look().multipliedBy(looks.size() + 1L)) >= 0) {
                looks.add(look(said.at()));
                out.println(looks.getLast());
            }
        });
        var ending = rehearsal.play(settings.folder(), Optional.of(door(length)), new AgentWatch() {
            @Override
            public void packAppended(int count, int bytes) {
                events.add(count);
            }
        });
        if (!(ending instanceof Rehearsal.Ending.Ran)) {
            throw new IllegalStateException(
                    "the rehearsal did not run: %s; this is a bug in the simulators".formatted(ending));
        }
        return grown(looks);
    }

    /// Somebody goes through the door now and then.
    private static ConfigTree door(Duration length) {
        var script = new StringBuilder();
        for (long at = MOVES.toSeconds(); at < length.toSeconds(); at += MOVES.toSeconds()) {
            script.append("at %ds: door opens%nat %ds: door closes%n".formatted(at, at + 2));
        }
        return ConfigTree.parse("door", script.toString());
    }

    private Look look(Duration at) {
        System.gc();
        System.gc(); // what the first one has only found to be unreachable
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
        return new Look(
                at,
                events.sum(),
                heap,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                files,
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                bytesBelow(settings.folder().resolve("outbox")));
    }

    private static long bytesBelow(Path folder) {
        try (var files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /// What has grown from the second look to the last one.
    static List<String> grown(List<Look> looks) {
        if (looks.size() <= TO_WARM_UP) {
            throw new IllegalArgumentException(
                    "growth needs at least %d looks, but there were %d".formatted(TO_WARM_UP + 1, looks.size()));
        }
        var early = looks.get(TO_WARM_UP - 1);
        var last = looks.getLast();
        var grown = new ArrayList<String>();
        notMore(grown, "bytes of live objects", early.heap, last.heap, HEAP_TOLERANCE);
        notMore(grown, "threads", early.threads, last.threads, 0);
        notMore(grown, "open files", early.files, last.files, 0);
        notMore(grown, "classes", early.classes, last.classes, CLASS_TOLERANCE);
        looks.forEach(look -> notMore(grown, "bytes of the outbox", LARGEST_OUTBOX, look.outbox, 0));
        return grown;
    }

    private static void notMore(List<String> grown, String what, long early, long last, long tolerance) {
        if (last > early + tolerance) {
            grown.add("%s: %,d became %,d, and may grow by %,d".formatted(what, early, last, tolerance));
        }
    }
}
