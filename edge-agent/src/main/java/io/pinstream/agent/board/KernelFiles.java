package io.pinstream.agent.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The kernel's text files under /sys and /proc, below a root that tests and simulators choose.
public final class KernelFiles {
    private static final int LONGEST = 65_536;

    private final Path root;

    public KernelFiles(Path root) {
        this.root = root;
    }

    /// The text of a file such as `/proc/loadavg`, at most 64 KiB of it.
    public String read(String path) throws IOException {
        try (var in = Files.newInputStream(root.resolve(path.substring(1)))) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
        }
    }

    /// The names of a folder's entries.
    public List<String> list(String folder) throws IOException {
        try (var entries = Files.list(root.resolve(folder.substring(1)))) {
            return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
        }
    }
}
