package io.pinstream.agent.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The kernel's text files under /sys, /proc and /etc, below a root that tests and simulators choose: 1-Wire,
/// hwmon, thermal zones, load, network. Safe for use by many threads.
///
/// @param root what stands for `/`
/// @param disk asked for the room on its file systems
public record KernelFiles(Path root, Disk disk) {
    /// How much room there is.
    @FunctionalInterface
    public interface Disk {
        /// The bytes that may still be written on the file system of a path.
        long free(Path path) throws IOException;
    }

    private static final int LONGEST = 65_536;
    private static final int MOST_ENTRIES = 4_096;

    /// With the disks of this machine.
    public KernelFiles(Path root) {
        this(root, path -> Files.getFileStore(path).getUsableSpace());
    }

    /// This machine's own files.
    public static KernelFiles ofThisMachine() {
        return new KernelFiles(Path.of("/"));
    }

    /// The text of a file such as `/proc/loadavg`, at most 64 KiB of it.
    public String read(String path) throws IOException {
        try (var in = Files.newInputStream(below(path))) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
        }
    }

    /// The names of a folder's entries, at most 4,096 of them.
    public List<String> list(String folder) throws IOException {
        try (var entries = Files.list(below(folder))) {
            return entries.limit(MOST_ENTRIES)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .toList();
        }
    }

    private Path below(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a kernel file is named from / on, but this was " + path);
        }
        return root.resolve(path.substring(1));
    }
}
