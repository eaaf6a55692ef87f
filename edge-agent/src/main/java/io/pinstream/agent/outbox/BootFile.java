package io.pinstream.agent.outbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The file `boot` beside the segments: which boot it was written in, and the first row of that boot.
///
/// It need not survive a power cut: after one it is another boot.
final class BootFile {
    private static final String FILE = "boot";

    private BootFile() {}

    /// The first row of this boot, which is `next` where the agent has not run in it before.
    static long firstRow(Path folder, String boot, long next) throws IOException {
        var file = folder.resolve(FILE);
        if (Files.exists(file)) {
            var lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            if (lines.size() == 2
                    && lines.getFirst().equals(boot)
                    && lines.getLast().matches("[0-9]{1,18}")) {
                return Math.min(next, Long.parseLong(lines.getLast()));
            }
        }
        var draft = folder.resolve(FILE + ".tmp");
        Files.writeString(draft, "%s%n%d%n".formatted(boot, next));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return next;
    }
}
