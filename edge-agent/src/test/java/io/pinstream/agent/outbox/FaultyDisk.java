package io.pinstream.agent.outbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A disk that fills up, fails, and forgets what was not flushed when the power goes.
final class FaultyDisk implements Disk {
    /// Bytes that still fit.
    long room = Long.MAX_VALUE;
    /// The operation that fails, counted down; below 0: none.
    int failAt = -1;

    int operations;

    /// Of every file that was written: how much of it is durable, and how much there is.
    private final Map<Path, long[]> sizes = new HashMap<>();

    @Override
    public Tail open(Path file, long size) throws IOException {
        var real = Disk.REAL.open(file, size);
        var known = new long[] {size, size};
        sizes.put(file, known);
        return new Tail() {
            @Override
            public void write(ByteBuffer bytes) throws IOException {
                operation();
                int fits = (int) Math.min(room, bytes.remaining());
                real.write(bytes.slice(bytes.position(), fits));
                known[1] += fits;
                room -= room == Long.MAX_VALUE ? 0 : fits;
                if (fits < bytes.remaining()) {
                    throw new IOException("No space left on device");
                }
            }

            @Override
            public void force() throws IOException {
                operation();
                known[0] = known[1];
            }

            @Override
            public void cut(long newSize) throws IOException {
                operation();
                real.cut(newSize);
                room += room == Long.MAX_VALUE ? 0 : known[1] - newSize;
                known[1] = newSize;
                known[0] = Math.min(known[0], newSize);
            }

            @Override
            public void close() throws IOException {
                real.close();
            }
        };
    }

    @Override
    public void forceFile(Path file) {
        sizes.remove(file);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        operation();
    }

    private void operation() throws IOException {
        operations++;
        if (failAt >= 0 && failAt-- == 0) {
            throw new IOException("Input/output error");
        }
    }

    /// The power goes: of what was not flushed, some part of the beginning is there, and the rest may be zeros.
    void powerCut(RandomGenerator random) throws IOException {
        for (var entry : sizes.entrySet()) {
            var file = entry.getKey();
            if (Files.exists(file)) {
                long durable = entry.getValue()[0];
                long there = entry.getValue()[1];
                long left = durable + (there > durable ? random.nextLong(there - durable + 1) : 0);
                try (var channel = new RandomAccessFile(file.toFile(), "rw")) {
                    if (channel.length() > left) {
                        channel.setLength(left);
                        if (random.nextInt(4) == 0) {
                            channel.setLength(left + random.nextInt(100)); // grown, and never written
                        }
                    }
                }
            }
        }
        sizes.clear();
    }
}
