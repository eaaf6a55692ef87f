package io.pinstream.sim.demo;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the demo keeps its data: a folder of its own, that one demo uses at a time.
public record Place(Path folder, FileChannel lock) implements AutoCloseable {
    /// Says that a folder is the demo's, and may be emptied.
    private static final String MARK = ".pinstream-demo";

    /// `pinstream/demo` below the user's data home (XDG Base Directory Specification).
    public static Path standard() {
        var home = Optional.ofNullable(System.getenv("XDG_DATA_HOME"))
                .filter(path -> Path.of(path).isAbsolute())
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".local", "share"));
        return home.resolve("pinstream").resolve("demo");
    }

    /// Takes the folder, made if it is missing.
    ///
    /// @param fresh whether to forget what an earlier demo has left in it
    /// @throws IOException if another demo uses it, or if it is not the demo's; says the remedy
    public static Place take(Path folder, boolean fresh) throws IOException {
        if (Files.isDirectory(folder) && !isEmpty(folder) && !Files.exists(folder.resolve(MARK))) {
            throw new IOException("%s has files that are not the demo's: give it another folder".formatted(folder));
        }
        Files.createDirectories(folder);
        var lock = FileChannel.open(folder.resolve(MARK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(lock)) {
            lock.close();
            throw new IOException(
                    "another demo uses %s: end it, or give this one another folder with --data".formatted(folder));
        }
        if (fresh) {
            empty(folder);
        }
        return new Place(folder, lock);
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException bySelf) {
            return false;
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static void empty(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.getFileName().toString().equals(MARK)) {
                    Files.delete(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                if (!visited.equals(folder)) {
                    Files.delete(visited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /// What agents and hub have to say.
    public Path log() {
        return folder.resolve("demo.log");
    }

    /// The port, or if somebody has it, any free one.
    static int portLike(int wanted) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true); // a connection of the last demo may still be in TIME_WAIT
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            return socket.getLocalPort();
        } catch (BindException taken) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
