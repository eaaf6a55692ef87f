package io.pinstream.sim.chip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes text files below a root the way the kernel shows them: whole or not at all.
final class KernelTree {
    private final Path root;

    KernelTree(Path root) {
        this.root = root;
    }

    void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        var folder = file.getParent();
        if (folder == null) {
            throw new IllegalStateException("no folder for %s; this is a bug in the simulators".formatted(path));
        }
        Files.createDirectories(folder);
        var fresh = root.resolve("fresh-" + Math.abs(path.hashCode() % 1_000_000));
        Files.writeString(fresh, text);
        try {
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException held) {
            // Windows refuses to replace a file that somebody reads at this moment: the next turn does it.
            Files.deleteIfExists(fresh);
        }
    }

    /// A file that is there and cannot be read: the kernel's driver fails. A folder in its place does that on
    /// every system.
    void unreadable(String path) throws IOException {
        var file = root.resolve(path);
        if (!Files.isDirectory(file)) {
            Files.deleteIfExists(file);
            Files.createDirectories(file);
        }
    }

    /// Removes a folder with all that is in it.
    void removeFolder(String path) throws IOException {
        var folder = root.resolve(path);
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    /// Removes a file and its folder.
    void remove(String path) throws IOException {
        var file = root.resolve(path);
        try {
            Files.deleteIfExists(file);
            var folder = file.getParent();
            if (folder != null) {
                Files.deleteIfExists(folder);
            }
        } catch (NoSuchFileException gone) {
            // That is what was wanted.
        }
    }
}
