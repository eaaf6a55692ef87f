package io.pinstream.hub.live;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.EventLog.Batch;
import io.pinstream.hub.log.EventLog.Lost;
import io.pinstream.hub.log.Position;
import io.pinstream.hub.watch.HubWatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One client's view of the committed events, from a position on: the past from a reader of its own, then what
/// comes. Everything of it is called by the client's thread.
///
/// ```
///   open ──now──────────────────────────────▶ LIVE ──missed──▶ REPLAY
///     └───since, from──▶ REPLAY ──joined──▶ LIVE                (…)
/// ```
///
/// # No gap and no duplicate
///
/// The stream's position says, by partition, which offset comes next. *An event is given if and only if its
/// offset is not before the position of its partition, and giving it moves that position behind it.* Nothing else
/// decides: no time, no id, no memory of what was sent. The rest is to see that nothing is passed over:
///
/// 1. A reader, and the live thread, give a partition's events in the order of their offsets, without leaving one
///    out, or say which ones are gone.
/// 2. To join, the queue is put on the live feed first, which names the position L from which on it will get
///    everything. Only then the reader goes on, until the stream's position covers L. So everything before L came
///    from the reader, everything behind it is in the queue, and what is in both is behind L and before the
///    position, so that the rule leaves it out.
/// 3. L is fixed, so the reader gets there. Should the queue not hold what comes meanwhile, it is thrown away as a
///    whole and the stream joins anew from where the reader is.
/// 4. A live stream that missed something (the feed's reader lost its place) reads it again from its position.
public final class LiveStream implements AutoCloseable {
    /// Where a stream begins.
    public sealed interface Start {
        /// With the next event.
        record Now() implements Start {}

        /// With the first events that are as new as that.
        record Since(Instant time) implements Start {}

        /// Where another stream ended.
        record At(Token token) implements Start {}
    }

    /// What a client asks for.
    ///
    /// @param until where it ends: a time in the past; a stream without one goes on
    public record Request(Start start, Filter filter, Policy policy, Optional<Instant> until) {}

    /// What a stream gives. Its token is the position behind it.
    public sealed interface Item {
        Token token();

        record Next(CloudEvent event, Token token) implements Item {}

        /// Events that are no longer there.
        ///
        /// @param from when the client was there last, about
        /// @param until from when on events are there again
        /// @param records how many offsets are gone; some of them held no event
        record Gap(Instant from, Instant until, long records, Token token) implements Item {}

        /// So many went, because the client is too slow. One that resumes with this token gets them after all.
        record Dropped(long events, Token token) implements Item {}

        /// Nothing has come for the time that was asked for, or what came does not fit the filter.
        record Idle(Token token) implements Item {}

        /// It is over.
        record Ended(Why why, Token token) implements Item {}
    }

    public enum Why {
        /// Everything up to the end that was asked for has been given: there is nothing to come back for.
        COMPLETE,
        /// The client was too slow, and its policy is to be disconnected: come back with the token.
        SLOW,
        /// The hub stops: come back with the token, here or at another hub.
        STOPPED
    }

    private static final Duration POLL = Duration.ofMillis(200);

    private final LiveFeed feed;
    private final EventLog log;
    private final Request request;
    private final HubWatch watch;
    private final Queue<Item> ready = new ArrayDeque<>(); // gaps, before the events behind them
    private final Queue<CloudEvent> read = new ArrayDeque<>();
    private Position position = Position.of();
    private Instant newest = Instant.EPOCH;
    private int number;
    private EventLog.@Nullable Reader reader; // while it replays
    private Position readTo = Position.of();
    private Position goal = Position.of(); // where to join
    private @Nullable Position end;
    private @Nullable ClientQueue queue;
    private @Nullable Position joinedAt; // while it both replays and has joined
    private boolean closed;

    LiveStream(LiveFeed feed, EventLog log, Request request, HubWatch watch)
            throws IOException, LiveBusy, InterruptedException {
        this.feed = feed;
        this.log = log;
        this.request = request;
        this.watch = watch;
        if (request.start() instanceof Start.Now && request.until().isEmpty()) {
            var joining = feed.queue(request.filter(), request.policy());
            var joined = feed.join(joining);
            joining.joined(joined.from());
            queue = joining;
            number = joined.log();
            position = joined.from();
        } else {
            replay(request.start());
        }
        if (position.partitions() > Token.MOST_PARTITIONS) {
            release();
            throw new IOException("the events topic has %d partitions, but a live stream carries the position of at"
                            .formatted(position.partitions())
                    + " most " + Token.MOST_PARTITIONS);
        }
    }

    /// Opens a reader at the start, or at the position.
    private void replay(@Nullable Start start) throws IOException, LiveBusy, InterruptedException {
        feed.beginReplay();
        EventLog.Reader open = null;
        try {
            open = log.open();
            goal = open.end();
            switch (start) {
                case null -> {}
                case Start.Now _ -> position = goal;
                case Start.Since(var time) -> {
                    position = open.at(time);
                    newest = time;
                }
                case Start.At(var token) -> resume(token, open);
            }
            if (request.until().isPresent()) {
                end = open.at(request.until().get());
            }
            if (start != null) {
                number = open.log();
            }
            open.seek(position);
            readTo = position;
            reader = open;
        } finally {
            if (reader == null) {
                if (open != null) {
                    open.close();
                }
                feed.endReplay();
            }
        }
    }

    private void resume(Token token, EventLog.Reader open) throws IOException {
        newest = token.time();
        if (token.log() == open.log() && goal.covers(token.position())) {
            position = token.position();
            return;
        }
        // Another topic of that name, or Kafka lost what it had committed: everything since is unknown.
        position = goal;
        ready.add(new Item.Gap(token.time(), feed.now(), 0, new Token(open.log(), position, token.time())));
    }

    /// The position now.
    public Token token() {
        return new Token(number, position, newest);
    }

    /// The next thing. Waits for it, but no longer than told.
    ///
    /// @throws IOException if Kafka does not answer where the stream has to read the past
    /// @throws LiveBusy if the stream missed something and too many others read the past
    public Item next(Duration wait) throws IOException, LiveBusy, InterruptedException {
        while (true) {
            var item = reader == null ? live(wait) : past(reader, wait);
            if (item != null) {
                return item;
            }
        }
    }

    /// One step of the past; null to look again.
    private @Nullable Item past(EventLog.Reader open, Duration wait) throws IOException, InterruptedException {
        if (!ready.isEmpty()) {
            return ready.remove();
        }
        var event = read.poll();
        if (event != null) {
            return give(event);
        }
        position = position.max(readTo);
        if (feed.isClosed()) {
            return new Item.Ended(Why.STOPPED, token());
        }
        if (end != null && position.covers(end)) {
            return new Item.Ended(Why.COMPLETE, token());
        }
        if (end == null && joins(open)) {
            return null;
        }
        take(open.poll(wait.compareTo(POLL) < 0 ? wait : POLL));
        return ready.isEmpty() && read.isEmpty() ? new Item.Idle(token()) : null;
    }

    /// Whether there is nothing more to read, or another look is due.
    private boolean joins(EventLog.Reader open) throws IOException, InterruptedException {
        if (queue != null && queue.hasMissed()) { // rule 3
            feed.leave(queue);
            queue = null;
            joinedAt = null;
            goal = open.end();
        }
        if (queue == null && position.covers(goal)) { // rule 2
            queue = feed.queue(request.filter(), request.policy());
            joinedAt = feed.join(queue).from();
        }
        if (queue != null && joinedAt != null && position.covers(joinedAt)) {
            queue.joined(position);
            joinedAt = null;
            endReplay();
            return true;
        }
        return false;
    }

    private void take(Batch batch) {
        if (!batch.lost().isEmpty()) {
            gap(batch.lost());
        }
        for (var event : batch.events()) {
            if (position.isBefore(event)
                    && (end == null || !end.isBefore(event))
                    && request.filter().test(event)) {
                read.add(event);
            }
        }
        readTo = batch.next();
    }

    private void gap(List<Lost> lost) {
        var from = newest;
        long records = 0;
        for (var range : lost) {
            position = position.max(position.with(range.partition(), range.to()));
            records += Math.max(0, range.to() - range.from());
        }
        var until =
                lost.stream().map(Lost::until).max(Comparator.naturalOrder()).orElse(from);
        watch.liveGap();
        ready.add(new Item.Gap(from, until, records, token()));
    }

    /// One step of the present; null to look again.
    private @Nullable Item live(Duration wait) throws IOException, LiveBusy, InterruptedException {
        var mine = queue;
        if (mine == null) {
            throw new IllegalStateException("a stream neither reads nor has joined; this is a bug in the hub");
        }
        return switch (mine.take(wait)) {
            case ClientQueue.Taken.Next(var event) -> give(event);
            case ClientQueue.Taken.Dropped(var events) -> {
                watch.liveDropped(events);
                yield new Item.Dropped(events, token());
            }
            case ClientQueue.Taken.Nothing(var seen) -> {
                position = position.max(seen);
                yield new Item.Idle(token());
            }
            case ClientQueue.Taken.Missed() -> { // rule 4
                feed.leave(mine);
                queue = null;
                replay(null);
                yield null;
            }
            case ClientQueue.Taken.Full() -> new Item.Ended(Why.SLOW, token());
            case ClientQueue.Taken.Closed() -> new Item.Ended(Why.STOPPED, token());
        };
    }

    private Item give(CloudEvent event) {
        position = position.behind(event);
        newest = event.timestamp();
        return new Item.Next(event, token());
    }

    private void endReplay() {
        if (reader != null) {
            reader.close();
            reader = null;
            feed.endReplay();
        }
    }

    private void release() {
        endReplay();
        if (queue != null) {
            feed.leave(queue);
            queue = null;
        }
    }

    /// The second time it does nothing.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
            feed.ended();
        }
    }
}
