package io.pinstream.agent.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Where segments are written. A seam: tests fill it up and let it fail.
interface Disk {
    /// The machine's own.
    Disk REAL = new Disk() {};

    /// A file that only grows, until it is cut.
    interface Tail extends AutoCloseable {
        /// Writes all of it at the end, or throws and may have written a part.
        void write(ByteBuffer bytes) throws IOException;

        /// Makes everything written so far durable.
        void force() throws IOException;

        void cut(long size) throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Opens a file for writing behind `size`; makes it if it is missing.
    default Tail open(Path file, long size) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(size);
        channel.position(size);
        return new Tail() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(false);
            }

            @Override
            public void cut(long newSize) throws IOException {
                channel.truncate(newSize);
                channel.position(newSize);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /// Makes what any process has written to a file durable.
    default void forceFile(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// Makes the names in a folder durable: a file that was made or deleted.
    default void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (AccessDeniedException windows) {
            // There a folder cannot be opened, and its names need no flush.
        }
    }
}
