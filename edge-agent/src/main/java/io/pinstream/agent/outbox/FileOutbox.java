package io.pinstream.agent.outbox;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.delivery.Courier;
import io.pinstream.event.Dropped;
import io.pinstream.lifecycle.Closer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Packs on disk, in append-only segment files.
///
/// ```
/// folder   = lock owner segment+ ;        owner = device, newline, serial of the board
/// segment  = snapshot snapshot record* ;  named by the first row that it may hold, such as 00000000000000000001.seg
/// record   = row | acked | memory memory | gap ;
/// frame    = magic:1 type:1 length:4 crc:4 body ;     what every record stands in; crc is CRC-32C (see Frame)
/// row      = row:8 events:4 flags:1 payload ;         flags: 1 = has edges, 2 = payload is JSON
/// acked    = row:8 ;
/// memory   = stream supersedes base:8 acked:8 ;       what the courier must not forget
/// gap      = first:8 last:8 events:8 from:8 to:8 reason sensors ;
/// snapshot = version:1 memory ;                       what the segments before this one have said last
/// ```
///
/// What a crash may come between, and what stands on the disk then:
/// - *In the middle of a row.* The torn end is left as it is and a new segment is begun. The row's number is not
///   used again, and goes to the hub as a named gap: somebody had accepted its events.
/// - *After a row, before its flush.* It may be there or not; it was not sent, because only durable rows are.
/// - *Between an answer of the hub and `acked`.* Rows are sent again, and the hub drops them. So `acked` is
///   written when a row is written anyway, and segments whose rows are all acknowledged are deleted without it.
/// - *A new stream* is durable before its first pack is sent (delivery rule 4). It is written twice, as snapshots
///   are, so that one damaged sector does not cost it.
/// - *Between naming dropped rows and dropping them.* The gap is durable first; rows that a gap covers are not
///   rows. The record of a gap is in the segment that its rows were in, if some of them are left, or in a later one;
///   it goes with that segment, when everything up to its end is acknowledged.
///
/// Damage in the middle costs the rows that it hits: frames are looked for behind it, and the row numbers that
/// are missing afterwards are a gap. It always opens by itself.
///
/// Full means `maxBytes`. Then, by configuration, the oldest samples go, segment by segment, and are named; edges
/// only when there are no samples left; or nothing goes, and [#append] says so. A disk that is full before that
/// throws [IOException] from [#append] and [#flush] until it has room again: what has been accepted is kept in
/// memory until it is on the disk.
///
/// Used by the threads `flow` and `publisher`. `writing` is held by whoever writes, for as long as the disk takes;
/// what is in the outbox is [Contents], which nobody holds while waiting for the disk to flush.
public final class FileOutbox implements Outbox {
    /// When a row counts as kept.
    public enum Durability {
        /// On the disk before [#append] returns.
        ALWAYS,
        /// With the next [#flush]: several rows share one.
        BATCHED
    }

    /// What happens at `maxBytes`.
    public enum WhenFull {
        /// The oldest samples make room, and are named.
        DROP_OLDEST,
        /// Nothing is taken until there is room.
        STOP
    }

    /// @param folder made if it is missing
    /// @param maxBytes what all segments together may take
    public record Config(Path folder, long maxBytes, Durability durability, WhenFull whenFull) {
        public static final long LEAST_BYTES = 1L << 20;
        public static final long DEFAULT_BYTES = 256L << 20;

        public Config {
            if (maxBytes < LEAST_BYTES) {
                throw new IllegalArgumentException(
                        "maxBytes must be at least %d (1 MiB), but was %d".formatted(LEAST_BYTES, maxBytes));
            }
        }

        /// A sixteenth, so that dropping one leaves most; at most 4 MiB, which is read at once.
        int segmentBytes() {
            return (int) Math.min(4L << 20, maxBytes / 16);
        }
    }

    private static final int MOST_UNFORCED = 1 << 20;

    private final Config config;
    private final Owner owner;
    private final Disk disk;
    private final AgentWatch watch;
    private final FolderLock lock;
    private final Contents contents;
    private final DroppedRows droppedRows;
    private final ReentrantLock writing = new ReentrantLock(true);

    private SegmentWriter writer; // under `writing`, as are the next two
    private long writtenAcked;
    private long writtenBefore;

    private FileOutbox(Config config, Owner owner, AgentWatch watch, Disk disk, FolderLock lock) throws IOException {
        this.config = config;
        this.owner = owner;
        this.watch = watch;
        this.disk = disk;
        this.lock = lock;
        this.droppedRows = new DroppedRows(owner.device());
        var found = Recovery.read(config.folder());
        found.damages.forEach(watch::outboxDamaged);
        this.contents = new Contents(found);
        if (!contents.isEmpty()) {
            // A process that was killed may have left rows that only the system's memory has.
            disk.forceFile(contents.tail().file());
        }
        this.writer = contents.isEmpty() || found.tailIsBroken
                ? begin(found.unnamed)
                : SegmentWriter.reopen(disk, contents.tail().file(), found.tailSize);
        this.writtenAcked = contents.memory().acked();
    }

    /// Opens the outbox of this device, as it was left.
    ///
    /// @throws IOException if the folder cannot be used; names it, and the remedy. Damage is no reason: it is
    ///     reported and gone on from
    public static FileOutbox open(Config config, Owner owner, AgentWatch watch) throws IOException {
        return open(config, owner, watch, Disk.REAL);
    }

    static FileOutbox open(Config config, Owner owner, AgentWatch watch, Disk disk) throws IOException {
        Files.createDirectories(config.folder());
        var closer = new Closer();
        try {
            var lock = closer.add(FolderLock.take(config.folder()));
            var outbox = new FileOutbox(config, owner, watch, disk, lock);
            closer.add(outbox.writer);
            outbox.takeOver();
            return outbox;
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        }
    }

    /// Makes sure that it is this device's outbox, and this board's (rule 6).
    private void takeOver() throws IOException {
        var before = Owner.of(config.folder()).orElse(owner);
        boolean renamed = !before.device().equals(owner.device());
        long waiting = contents.waitingRows();
        if (renamed && waiting > 0) {
            throw new IOException(
                    "outbox %s holds %d packs of device %s, which device %s must not send: call it %s until they are"
                                    .formatted(
                                            config.folder(), waiting, before.device(), owner.device(), before.device())
                            + " sent, or give it another folder");
        }
        if (renamed || owner.isAnotherBoardThan(before)) {
            remember(memory().withoutStream());
        }
        owner.write(config.folder(), disk);
    }

    @Override
    public Appended append(Packed packed) throws IOException {
        writing.lock();
        try {
            long row = contents.nextRow();
            var frame = Frame.write(Frame.Type.ROW, Records.row(row, packed));
            if (!hasRoom(frame.remaining())) {
                return new Appended.Full(contents.bytes(), config.maxBytes());
            }
            if (!contents.tail().isEmpty() && writer.size() + frame.remaining() > config.segmentBytes()) {
                roll();
            }
            int at = writer.write(frame);
            if (config.durability() == Durability.ALWAYS || writer.unforcedBytes() > MOST_UNFORCED) {
                try {
                    writer.force();
                } catch (IOException failure) {
                    writer.undo();
                    throw failure;
                }
            }
            contents.appended(row, at, packed);
            written();
            return new Appended.Kept(row);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        writing.lock();
        try {
            if (writer.unforcedBytes() > 0) {
                writeAcked();
            }
            writer.force();
            written();
            deleteAcknowledged();
        } finally {
            writing.unlock();
        }
    }

    private void writeAcked() throws IOException {
        long acked = memory().acked();
        if (acked > writtenAcked) {
            write(Frame.Type.ACKED, Records.acked(acked));
            writtenAcked = acked;
        }
    }

    private void write(Frame.Type type, ByteBuffer body) throws IOException {
        var ignored = writer.write(Frame.write(type, body)); // only rows are looked up by their place
    }

    /// After every write.
    private void written() {
        contents.written(writer.size(), writtenBefore + writer.written(), writer.unforcedBytes() == 0);
    }

    @Override
    public long lastDurable() {
        return contents.lastDurable();
    }

    @Override
    public Entry entry(long row) throws IOException {
        try {
            return contents.entry(row);
        } catch (DamagedRow damage) {
            var what = String.valueOf(damage.getMessage());
            watch.outboxDamaged(what);
            writing.lock();
            try {
                var now = Files.getLastModifiedTime(config.folder()).toInstant();
                name(contents.naming(List.of(new Gap(row, row, new Dropped(0, List.of(), now, now, what))), List.of()));
            } finally {
                writing.unlock();
            }
            return contents.entry(row);
        }
    }

    @Override
    public Courier.Memory memory() {
        return contents.memory();
    }

    @Override
    public void remember(Courier.Memory next) throws IOException {
        var before = memory();
        if (!before.stream().equals(next.stream()) || before.base() != next.base()) {
            writing.lock();
            try {
                write(Frame.Type.MEMORY, Records.memory(next));
                write(Frame.Type.MEMORY, Records.memory(next));
                writer.force();
                writtenAcked = next.acked();
                written();
            } finally {
                writing.unlock();
            }
        }
        contents.remember(next);
        if (writing.tryLock()) { // else whoever writes deletes
            try {
                deleteAcknowledged();
            } finally {
                writing.unlock();
            }
        }
    }

    private void deleteAcknowledged() throws IOException {
        for (var file = contents.takeAcknowledged(); file.isPresent(); file = contents.takeAcknowledged()) {
            Files.deleteIfExists(file.get());
        }
    }

    /// Makes room for so many bytes if it must be made and may be.
    private boolean hasRoom(int needed) throws IOException {
        deleteAcknowledged();
        while (contents.bytes() + needed > config.maxBytes()) {
            var victim = contents.victim();
            if (victim.isEmpty()) {
                return true; // nothing but this pack: it is smaller than any outbox
            }
            if (config.whenFull() == WhenFull.STOP) {
                return false;
            }
            if (victim == contents.tail()) {
                roll();
            }
            dropFrom(victim);
        }
        return true;
    }

    private void dropFrom(Segment victim) throws IOException {
        var rest = droppedRows.dropFrom(victim, memory().acked(), contents::isNamed, config.maxBytes());
        var named = contents.naming(rest.gaps(), rest.recorded());
        if (rest.kept().isEmpty()) {
            name(named);
            contents.remove(victim);
            Files.deleteIfExists(victim.file());
        } else {
            keepOnly(rest.kept(), named, victim);
        }
        contents.dropped(rest.events());
        if (rest.events() > 0) {
            watch.eventsDropped(rest.events(), rest.reason());
        }
    }

    /// Names rows that are gone: durable on return.
    private void name(List<Gap> gone) throws IOException {
        for (var gap : gone) {
            write(Frame.Type.GAP, Records.gap(gap));
        }
        writer.force();
        gone.forEach(gap -> contents.named(gap, contents.tail()));
        written();
    }

    /// Writes a segment anew, with these rows and gaps only: both or neither, if it is interrupted.
    private void keepOnly(List<Records.Row> rows, List<Gap> gone, Segment victim) throws IOException {
        var frames = new ArrayList<ByteBuffer>();
        rows.forEach(row -> frames.add(Frame.write(Frame.Type.ROW, Records.row(row.row(), row.packed()))));
        gone.forEach(gap -> frames.add(Frame.write(Frame.Type.GAP, Records.gap(gap))));
        try (var replacement = SegmentWriter.create(disk, victim.file(), frames)) {
            writtenBefore += replacement.written();
            var segment = new Segment(victim.file(), victim.firstRow());
            rows.forEach(row -> segment.add(row.row(), 0, row.events(), row.edges()));
            segment.grownTo(replacement.size());
            contents.replaced(victim, segment);
            gone.forEach(gap -> contents.named(gap, segment));
        }
    }

    /// Ends the newest segment and begins another.
    private void roll() throws IOException {
        writer.force();
        written();
        var next = begin(List.of());
        writtenBefore += writer.written();
        var done = writer;
        writer = next;
        done.close();
    }

    private SegmentWriter begin(List<Gap> unnamed) throws IOException {
        long firstRow = contents.nextRow();
        var segment = new Segment(config.folder().resolve(Segment.nameFor(firstRow)), firstRow);
        var snapshot = Frame.write(Frame.Type.SNAPSHOT, Records.snapshot(memory()));
        var head = new ArrayList<>(List.of(snapshot, snapshot));
        unnamed.forEach(gap -> head.add(Frame.write(Frame.Type.GAP, Records.gap(gap))));
        var created = SegmentWriter.create(disk, segment.file(), head);
        segment.index();
        segment.grownTo(created.size());
        unnamed.forEach(gap -> segment.names(gap.last()));
        contents.begun(segment);
        return created;
    }

    @Override
    public Figures figures() {
        return contents.figures();
    }

    /// Lets go of the folder as a killed process does.
    void abandon() throws IOException {
        try (lock) {
            writer.close();
        }
    }

    /// Makes everything durable and lets go of the folder.
    @Override
    public void close() throws IOException {
        writing.lock();
        try (lock;
                var last = writer) {
            writeAcked();
            last.force();
        } finally {
            writing.unlock();
        }
    }
}
