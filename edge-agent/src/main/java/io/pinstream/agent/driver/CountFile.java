package io.pinstream.agent.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A count in a small file of its own.
///
/// ```
/// file = slot at byte 0, slot at byte 4096 ;   slot = write:8 count:8 crc32c:4
/// ```
/// Slots are written in turn, each with the number of the write, and the newest whole one counts: a power cut in
/// the midst of a write costs that write alone. A write is one block of 4 KiB and changes no name or length, so
/// that the file system's journal has nothing to add. Nothing is written while the count stays the same.
///
/// A file that cannot be read or written is said once, and once that it can be again; the count goes on without
/// it. For one thread at a time; one agent a file.
public final class CountFile implements CountKeeper {
    /// Hears what becomes of the file. Must return at once.
    public interface Listener {
        /// The count is not kept; said for every try.
        void notKept(String reason);

        /// It is kept, maybe again.
        void kept();
    }

    private static final int BLOCK = 4096;
    private static final int CHECKED = 2 * Long.BYTES;
    private static final int SLOT = CHECKED + Integer.BYTES;

    private final Path file;
    private final Listener listener;
    private @Nullable FileChannel open;
    private long writes;
    private OptionalLong count = OptionalLong.empty();

    public CountFile(Path file, Listener listener) {
        this.file = file;
        this.listener = listener;
    }

    @Override
    public OptionalLong recall() {
        try {
            if (!Files.exists(file)) {
                return OptionalLong.empty();
            }
            try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
                take(channel, 0);
                take(channel, BLOCK);
            }
            if (count.isEmpty()) {
                listener.notKept("%s is damaged: counting begins at 0".formatted(file));
            }
        } catch (IOException failed) {
            listener.notKept("%s cannot be read (%s): counting begins at 0".formatted(file, failed));
        }
        return count;
    }

    private void take(FileChannel channel, long at) throws IOException {
        var slot = ByteBuffer.allocate(SLOT);
        while (slot.hasRemaining() && channel.read(slot, at + slot.position()) >= 0) {
            // read(2) may give less than was asked for
        }
        if (!slot.hasRemaining() && slot.getInt(CHECKED) == crc(slot) && slot.getLong(0) > writes) {
            writes = slot.getLong(0);
            count = OptionalLong.of(slot.getLong(Long.BYTES));
        }
    }

    @Override
    public void keep(long newCount) {
        if (count.isPresent() && count.getAsLong() == newCount) {
            return;
        }
        try {
            write(newCount);
            count = OptionalLong.of(newCount);
            listener.kept();
        } catch (IOException failed) {
            close();
            listener.notKept(
                    "%s cannot be written (%s): the count is lost with the next stop; make the folder and let the agent write there"
                            .formatted(file, failed));
        }
    }

    private void write(long newCount) throws IOException {
        var channel = open == null ? opened() : open;
        open = channel;
        var slot = ByteBuffer.allocate(SLOT).putLong(writes + 1).putLong(newCount);
        slot.putInt(crc(slot)).flip();
        long at = (writes + 1) % 2 * BLOCK;
        while (slot.hasRemaining()) {
            int written = channel.write(slot, at + slot.position());
            if (written <= 0) {
                throw new IOException("the disk takes nothing");
            }
        }
        channel.force(false);
        writes++;
    }

    private FileChannel opened() throws IOException {
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.size() < BLOCK + SLOT) {
            // Its full length from the start, so that later writes change nothing but the slot.
            channel.write(ByteBuffer.allocate(SLOT), BLOCK);
            channel.force(true);
            if (folder != null) {
                forceName(folder);
            }
        }
        return channel;
    }

    private static void forceName(Path folder) throws IOException {
        try (var names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        } catch (AccessDeniedException windows) {
            // There a folder cannot be opened, and its names need no flush.
        }
    }

    private static int crc(ByteBuffer slot) {
        var crc = new CRC32C();
        crc.update(slot.duplicate().clear().limit(CHECKED));
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException failed) {
            // Every write was flushed before it counted.
        }
        open = null;
    }
}
