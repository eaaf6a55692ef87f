package io.pinstream.hub.live;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.EventLog.Batch;
import io.pinstream.hub.log.Position;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The events that wait for one client: the thread `live` offers, which never waits; the client's own thread
/// takes.
///
/// It holds a number of events and of bytes. When it is full, the policy decides; events of a partition leave in
/// the order of their offsets whatever happens, because a client's position says nothing else.
///
/// To conflate, it has a second part. Once the first one is full, newer events go to the second, where each
/// replaces the one of its sensor and type before it; when the first one is empty, the second takes its place. So
/// a sensor that changes all the time is not overtaken for ever by those that do not. Both are bounded alike; a
/// sensor too many drops the oldest event.
final class ClientQueue {
    /// What a client finds.
    sealed interface Taken {
        record Next(CloudEvent event) implements Taken {}

        /// So many went since the last time, or were replaced.
        record Dropped(long events) implements Taken {}

        /// Nothing came.
        ///
        /// @param seen everything before it has been taken, or does not fit the filter
        record Nothing(Position seen) implements Taken {}

        /// It missed events: read them again from the log.
        record Missed() implements Taken {}

        /// It was full, and the policy says that the stream ends then.
        record Full() implements Taken {}

        /// The hub stops.
        record Closed() implements Taken {}
    }

    /// How much may wait.
    record Bound(int events, int bytes) {}

    private record Key(String source, String type) {
        static Key of(CloudEvent event) {
            return new Key(event.source(), event.type());
        }
    }

    private final Filter filter;
    private final Policy policy;
    private final Bound bound;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private ArrayDeque<CloudEvent> waiting = new ArrayDeque<>();
    private long bytes;
    private LinkedHashMap<Key, CloudEvent> newest = new LinkedHashMap<>();
    private long newestBytes;
    private long dropped;
    private @Nullable Position floor; // none while the client still reads the log
    private Position seen = Position.of();
    private boolean missed;
    private boolean full;
    private boolean closed;

    ClientQueue(Filter filter, Policy policy, Bound bound) {
        this.filter = filter;
        this.policy = policy;
        this.bound = bound;
    }

    /// Takes what has come. By the thread `live`.
    ///
    /// The client is woken only for what concerns it: of a thousand clients that watch a device each, one is.
    void offer(Batch batch) {
        lock.lock();
        try {
            boolean news = !batch.lost().isEmpty();
            if (news) {
                missed = true;
            }
            for (var event : batch.events()) {
                if (missed || full || closed) {
                    break;
                }
                if ((floor == null || floor.isBefore(event)) && filter.test(event)) {
                    add(event);
                    news = true;
                }
            }
            if (!missed && !full) {
                seen = batch.next();
            }
            if (news) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(CloudEvent event) {
        if (newest.isEmpty() && hasRoom(waiting.size(), bytes, event)) {
            waiting.add(event);
            bytes += event.size();
            return;
        }
        if (floor == null) {
            // The client still reads the log and finds there what it does not find here.
            missed = true;
            clear();
            return;
        }
        switch (policy) {
            case DISCONNECT -> full = true;
            case CONFLATE -> replace(event);
            case DROP_OLDEST -> {
                while (!waiting.isEmpty() && !hasRoom(waiting.size(), bytes, event)) {
                    bytes -= waiting.remove().size();
                    dropped++;
                }
                waiting.add(event);
                bytes += event.size();
            }
        }
    }

    private void replace(CloudEvent event) {
        var before = newest.remove(Key.of(event)); // removed and added again, to keep the order of offsets
        if (before != null) {
            newestBytes -= before.size();
            dropped++;
        }
        while (!newest.isEmpty() && !hasRoom(newest.size(), newestBytes, event)) {
            newestBytes -= newest.pollFirstEntry().getValue().size();
            dropped++;
        }
        newest.put(Key.of(event), event);
        newestBytes += event.size();
    }

    /// One event has room even if it is larger than everything that may wait.
    private boolean hasRoom(int events, long held, CloudEvent event) {
        return events == 0 || events < bound.events() && held + event.size() <= bound.bytes();
    }

    private void clear() {
        waiting.clear();
        newest.clear();
        bytes = 0;
        newestBytes = 0;
    }

    /// The client has read the log up to a position: what is before it, it has.
    void joined(Position position) {
        lock.lock();
        try {
            floor = position;
            waiting.removeIf(event -> !position.isBefore(event));
            bytes = waiting.stream().mapToLong(CloudEvent::size).sum();
        } finally {
            lock.unlock();
        }
    }

    boolean hasMissed() {
        lock.lock();
        try {
            return missed;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it, whatever waits. Any thread.
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next thing, waiting for it no longer than told. By the client's thread.
    Taken take(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                var next = poll();
                if (next != null) {
                    return next;
                }
                if (left <= 0) {
                    return new Taken.Nothing(seen);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Taken poll() {
        if (closed) {
            return new Taken.Closed();
        }
        if (dropped > 0) {
            var told = new Taken.Dropped(dropped);
            dropped = 0;
            return told;
        }
        if (waiting.isEmpty() && !newest.isEmpty()) {
            waiting = new ArrayDeque<>(newest.values());
            bytes = newestBytes;
            newest = new LinkedHashMap<>();
            newestBytes = 0;
        }
        var event = waiting.poll();
        if (event != null) {
            bytes -= event.size();
            return new Taken.Next(event);
        }
        if (full) {
            return new Taken.Full();
        }
        return missed ? new Taken.Missed() : null;
    }
}
