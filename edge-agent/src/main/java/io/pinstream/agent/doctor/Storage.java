package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Mend;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The folder of the outbox: whether it may be written, has room, and how long a flush takes.
///
/// @param user who is to own it
/// @param mostBytes what the outbox may take
/// @param slow from here on a flush is called slow
public record Storage(Path folder, String user, long mostBytes, Duration slow, TimeSource time) implements Check {
    public static final Duration SLOW = Duration.ofMillis(100);

    private static final String CHECK = "outbox";
    private static final int WRITES = 7;
    private static final int BLOCK = 4_096;

    @Override
    public List<Finding> look() {
        if (!Files.isDirectory(folder)) {
            return List.of(Finding.problem(
                    CHECK,
                    "there is no folder %s".formatted(folder),
                    Mend.command("sudo install -d -o %s -m 0750 %s".formatted(user, folder))));
        }
        try {
            var store = Files.getFileStore(folder);
            if (store.isReadOnly()) {
                return List.of(Finding.problem(
                        CHECK,
                        "the file system of %s is read-only: its card may be worn out".formatted(folder),
                        Mend.command("sudo mount -o remount,rw \"$(findmnt -n -o TARGET -T %s)\"".formatted(folder))));
            }
            var findings = new ArrayList<Finding>();
            long room = store.getUsableSpace() + taken();
            findings.add(
                    room < mostBytes
                            ? Finding.warning(
                                    CHECK,
                                    "it may take %d MiB, but there is room for %d MiB"
                                            .formatted(mostBytes >> 20, room >> 20),
                                    new Mend(
                                            "max-bytes: %dMiB".formatted(Math.max(1, room / 2 >> 20)),
                                            "agent.yaml, outbox"))
                            : Finding.ok(CHECK, "%s has room for all of %d MiB".formatted(folder, mostBytes >> 20)));
            findings.add(speed());
            return findings;
        } catch (AccessDeniedException refused) {
            return List.of(Finding.problem(
                    CHECK,
                    "this user cannot write into %s".formatted(folder),
                    Mend.command("sudo chown -R %s: %s".formatted(user, folder))));
        } catch (IOException strange) { // such as a folder whose file system is not among the mounted ones
            return List.of(Finding.unchecked(
                    CHECK, "%s cannot be looked at: %s".formatted(folder, String.valueOf(strange.getMessage()))));
        }
    }

    private long taken() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /// The median of a few, because one may have waited for somebody else.
    private Finding speed() throws IOException {
        var file = Files.createTempFile(folder, "doctor", ".tmp");
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var took = new ArrayList<Long>();
            for (int i = 0; i < WRITES; i++) {
                long start = time.nanos();
                int ignored = channel.write(ByteBuffer.allocate(BLOCK));
                channel.force(false);
                took.add(time.nanos() - start);
            }
            took.sort(null);
            var median = Duration.ofNanos(took.get(WRITES / 2));
            var says = "a flush takes %.1f ms (the median of %d)".formatted(median.toNanos() / 1e6, WRITES);
            return median.compareTo(slow) > 0
                    ? Finding.warning(
                            "disk", says + ", which is slow", new Mend("loss-window: 2s", "agent.yaml, outbox"))
                    : Finding.ok("disk", says);
        } finally {
            Files.deleteIfExists(file);
        }
    }
}
