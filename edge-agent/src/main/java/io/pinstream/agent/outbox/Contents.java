package io.pinstream.agent.outbox;

import io.pinstream.delivery.Courier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is in an outbox, and in which segment: every row from the first that is not acknowledged to the last is
/// in a segment or in a gap. Knows files and reads them; writes nothing.
///
/// Safe for use by several threads; its lock is never held while waiting for the disk to flush.
final class Contents {
    private final List<Segment> segments;
    private final Gap.Gaps gaps;
    private Courier.Memory memory;
    private long lastRow;
    private long durable;
    private long bytes;
    private long waitingEvents;
    private long appendedEvents;
    private long droppedEvents;
    private long writtenBytes;
    /// Gaps up to here have been handed to the publisher and stay as they are: what travels is not changed.
    private long handedOut;
    private @Nullable Segment lastRead;

    Contents(Recovery found) throws IOException {
        this.segments = new ArrayList<>(found.segments);
        this.gaps = found.gaps;
        this.memory = found.memory;
        this.lastRow = found.lastRow;
        this.durable = found.lastRow;
        this.handedOut = found.lastRow;
        for (var segment : segments) {
            bytes += segment.size();
            waitingEvents += segment.events() - segment.eventsUpTo(memory.acked());
            if (segment != segments.getLast()) {
                segment.forgetIndex();
            }
        }
    }

    synchronized Courier.Memory memory() {
        return memory;
    }

    synchronized long nextRow() {
        return lastRow + 1;
    }

    synchronized long waitingRows() {
        return lastRow - memory.acked();
    }

    synchronized long lastDurable() {
        return durable;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized boolean isEmpty() {
        return segments.isEmpty();
    }

    synchronized Segment tail() {
        return segments.getLast();
    }

    /// From what room is made: the oldest segment with samples; if only edges are left, the oldest.
    synchronized Segment victim() {
        return segments.stream().filter(Segment::hasSamples).findFirst().orElseGet(segments::getFirst);
    }

    synchronized boolean isNamed(long row) {
        return gaps.at(row).isPresent();
    }

    synchronized Outbox.Figures figures() {
        return new Outbox.Figures(
                waitingEvents, lastRow - memory.acked(), bytes, writtenBytes, appendedEvents, droppedEvents);
    }

    /// A new segment is the tail from now on.
    synchronized void begun(Segment segment) {
        if (!segments.isEmpty() && segments.getLast() != lastRead) {
            segments.getLast().forgetIndex();
        }
        segments.add(segment);
        bytes += segment.size();
    }

    synchronized void appended(long row, int at, Packed packed) {
        lastRow = row;
        tail().add(row, at, packed.events(), packed.edges());
        appendedEvents += packed.events();
        waitingEvents += packed.events();
    }

    /// The tail has so many bytes now, and the disk was given so many in all.
    synchronized void written(int tailSize, long allBytes, boolean everythingIsDurable) {
        bytes += tailSize - tail().size();
        tail().grownTo(tailSize);
        writtenBytes = allBytes;
        if (everythingIsDurable) {
            durable = lastRow;
        }
    }

    synchronized Outbox.Entry entry(long row) throws IOException {
        if (row <= memory.acked() || row > durable) {
            throw new IllegalArgumentException(
                    "row %d must be %d to %d; this is a bug in the agent".formatted(row, memory.acked() + 1, durable));
        }
        var gap = gaps.at(row);
        if (gap.isPresent()) {
            handedOut = Math.max(handedOut, gap.get().last());
            return new Outbox.Entry.Gap(
                    gap.get().first(), gap.get().last(), gap.get().dropped());
        }
        return new Outbox.Entry.Row(
                row, Records.row(segmentOf(row).frame(row).body()).payload());
    }

    private Segment segmentOf(long row) throws IOException {
        if (lastRead != null && lastRead.holds(row)) {
            return lastRead;
        }
        for (var segment : segments) {
            if (segment.holds(row)) {
                if (lastRead != null && lastRead != segments.getLast()) {
                    lastRead.forgetIndex();
                }
                lastRead = segment;
                return segment;
            }
        }
        throw new IOException("row %d is in no segment".formatted(row));
    }

    synchronized void remember(Courier.Memory next) throws IOException {
        for (var segment : segments) {
            if (segment.firstRow() > next.acked()) {
                break;
            }
            waitingEvents -= segment.eventsUpTo(next.acked()) - segment.eventsUpTo(memory.acked());
        }
        gaps.forgetUpTo(next.acked());
        memory = next;
        lastRow = Math.max(lastRow, next.acked()); // the hub knows of rows that a damaged disk does not
        durable = Math.max(durable, next.acked());
    }

    /// The file of a segment whose rows are all acknowledged; it is no part of the outbox any more.
    synchronized Optional<Path> takeAcknowledged() {
        var oldest = segments.getFirst();
        if (segments.size() == 1 || !oldest.isDoneWith(memory.acked())) {
            return Optional.empty();
        }
        remove(oldest);
        return Optional.of(oldest.file());
    }

    synchronized void remove(Segment segment) {
        segments.remove(segment);
        bytes -= segment.size();
        if (lastRead == segment) {
            lastRead = null;
        }
    }

    /// A segment was written anew, with some of its rows.
    synchronized void replaced(Segment segment, Segment replacement) {
        segments.set(segments.indexOf(segment), replacement);
        bytes += replacement.size() - segment.size();
        if (lastRead == segment) {
            lastRead = null;
        }
    }

    /// A gap was recorded in a segment.
    synchronized void named(Gap gap, Segment where) {
        where.names(gap.last());
        gaps.add(gap);
    }

    synchronized void dropped(long events) {
        droppedEvents += events;
        waitingEvents -= events;
    }

    /// What must be recorded so that these rows, and those of the given older records, have a name: each gap together
    /// with its neighbours, unless they are on their way already.
    synchronized List<Gap> naming(List<Gap> gone, List<Gap> recorded) {
        var all = new Gap.Gaps();
        recorded.forEach(gap -> gaps.at(gap.first()).ifPresent(all::add));
        for (var gap : gone) {
            var before = mergeable(gap.first() - 1, all);
            var after = mergeable(gap.last() + 1, all);
            var merged = before.map(one -> one.with(gap)).orElse(gap);
            all.add(after.map(merged::with).orElse(merged));
        }
        return all.all();
    }

    private Optional<Gap> mergeable(long row, Gap.Gaps newer) {
        return row <= handedOut ? Optional.empty() : newer.at(row).or(() -> gaps.at(row));
    }
}
