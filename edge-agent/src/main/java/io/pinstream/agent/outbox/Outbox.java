package io.pinstream.agent.outbox;

import io.pinstream.delivery.Courier;
import io.pinstream.event.Dropped;
import io.pinstream.wire.Payload;
import java.io.IOException;

/// Packs of this device, oldest first, until the hub says that they are committed.
///
/// Rows are numbered from 1 for the life of the outbox; a number is never used twice, whatever happens to its
/// row. Two threads use an outbox: `flow` appends and flushes, `publisher` does the rest.
public interface Outbox extends AutoCloseable {
    /// What stands at a row.
    sealed interface Entry {
        /// A pack.
        record Row(long row, Payload payload) implements Entry {}

        /// A range of rows whose packs are gone, named: dropped for want of room, or damaged on the disk.
        record Gap(long first, long last, Dropped dropped) implements Entry {}
    }

    /// What became of an append.
    sealed interface Appended {
        /// The pack is row `row`; it is durable once [#lastDurable] has reached it.
        record Kept(long row) implements Appended {}

        /// There was no room, and by configuration nothing older may go for it: try again later.
        record Full(long bytes, long maxBytes) implements Appended {}
    }

    /// What the outbox looks like now.
    ///
    /// @param events events that wait, not counting dropped ones
    /// @param rows rows that wait, from the first not acknowledged to the last
    /// @param bytes on disk
    /// @param writtenBytes bytes written to the disk since the start, the measure of an SD card's life
    /// @param appendedEvents events appended since the start
    /// @param droppedEvents events dropped since the start
    record Figures(long events, long rows, long bytes, long writtenBytes, long appendedEvents, long droppedEvents) {
        /// What an event costs the storage; 0 before the first.
        public double writtenBytesPerEvent() {
            return appendedEvents == 0 ? 0 : (double) writtenBytes / appendedEvents;
        }
    }

    /// Appends a pack behind the last row. With durability `always` it is durable on return.
    ///
    /// @throws IOException if the disk failed; nothing was kept, and the same call may succeed later
    Appended append(Packed packed) throws IOException;

    /// Makes every appended row durable: called by `flow` when the loss window is over.
    void flush() throws IOException;

    /// The last row that is on the disk for good. Only rows up to it may be sent: a row that was sent and then
    /// lost with the power would have its number used again.
    long lastDurable();

    /// What stands at a row that is not yet acknowledged, `memory().acked() < row <= lastDurable()`. For a row
    /// inside a gap, the whole gap.
    Entry entry(long row) throws IOException;

    /// What the courier stored last.
    Courier.Memory memory();

    /// Stores what the courier must not forget. A change of stream is durable on return; a mere advance of `acked`
    /// deletes rows and need not be durable (the hub drops what is sent again).
    ///
    /// @throws IOException if the disk failed; it may be stored or not, so call again before anything is sent
    void remember(Courier.Memory memory) throws IOException;

    Figures figures();

    @Override
    void close() throws IOException;
}
