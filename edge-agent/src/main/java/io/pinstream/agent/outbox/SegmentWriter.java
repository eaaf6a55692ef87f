package io.pinstream.agent.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// Writes the newest segment.
///
/// A write or a flush that fails leaves nobody knowing what is on the disk: Linux marks pages as clean that it
/// could not write, so that the next flush would succeed without them. So what is not yet durable is kept in
/// memory, and after a failure the file is cut back to what is durable and the rest is written again, before
/// anything else.
///
/// For one thread at a time.
final class SegmentWriter implements AutoCloseable {
    private final Disk.Tail tail;
    private final List<ByteBuffer> unforced = new ArrayList<>();
    private int forcedSize;
    private int size;
    private boolean suspect;
    private long written;

    private SegmentWriter(Disk.Tail tail, int size) {
        this.tail = tail;
        this.forcedSize = size;
        this.size = size;
    }

    /// Makes a segment that begins with frames: they are durable on return, or there is no such segment.
    static SegmentWriter create(Disk disk, Path file, List<ByteBuffer> head) throws IOException {
        var draft = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            var writer = new SegmentWriter(disk.open(draft, 0), 0);
            try {
                for (var frame : head) {
                    var ignored = writer.write(frame);
                }
                writer.force();
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                disk.forceFolder(file.resolveSibling("."));
                return writer;
            } catch (IOException failure) {
                writer.close();
                throw failure;
            }
        } catch (IOException failure) {
            Files.deleteIfExists(draft);
            throw failure;
        }
    }

    /// Goes on with a segment behind what is in it.
    static SegmentWriter reopen(Disk disk, Path file, int size) throws IOException {
        return new SegmentWriter(disk.open(file, size), size);
    }

    /// Writes a frame and returns where it begins. It is durable after the next [#force].
    int write(ByteBuffer frame) throws IOException {
        repair();
        try {
            put(frame);
        } catch (IOException failure) {
            suspect = true;
            throw failure;
        }
        int at = size;
        size += frame.remaining();
        unforced.add(frame);
        return at;
    }

    /// Takes back the frame that was written last, and was not forced.
    void undo() {
        size -= unforced.removeLast().remaining();
        suspect = true;
    }

    void force() throws IOException {
        repair();
        if (size == forcedSize) {
            return;
        }
        try {
            tail.force();
        } catch (IOException failure) {
            suspect = true;
            throw failure;
        }
        forcedSize = size;
        unforced.clear();
    }

    private void repair() throws IOException {
        if (suspect) {
            tail.cut(forcedSize);
            for (var frame : unforced) {
                put(frame);
            }
            suspect = false;
        }
    }

    private void put(ByteBuffer frame) throws IOException {
        tail.write(frame.duplicate());
        written += frame.remaining();
    }

    int size() {
        return size;
    }

    int unforcedBytes() {
        return size - forcedSize;
    }

    /// All bytes that were given to the disk.
    long written() {
        return written;
    }

    @Override
    public void close() throws IOException {
        tail.close();
    }
}
