package io.pinstream.hub.lane;

import io.pinstream.wire.Envelope;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What has arrived for a lane and waits for it, bounded in messages and in bytes.
///
/// When it is full, what arrives is not taken: dropping a pack is always safe, because its agent sends it again
/// (hub rule 6). Any thread may offer and none of them ever waits; one thread takes.
final class LaneQueue {
    /// What an envelope costs beside its payload: topic, properties, the objects around them.
    private static final int OVERHEAD = 600;

    private final int maxMessages;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Envelope> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean closed;
    /// How many must wait before the one who takes is woken: a wake-up for each message would cost more than the
    /// message does.
    private int wakeAt = 1;

    LaneQueue(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /// Takes a message in, or says that there is no room. An empty queue takes one of any size.
    boolean offer(Envelope envelope) {
        long size = size(envelope);
        lock.lock();
        try {
            boolean full = waiting.size() >= maxMessages || bytes + size > maxBytes;
            if (closed || full && !waiting.isEmpty()) {
                return false;
            }
            waiting.add(envelope);
            bytes += size;
            if (waiting.size() >= wakeAt || bytes >= maxBytes / 2) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits, once there is a message, until there are so many or the time has passed or the queue is closed.
    void gather(int enough, Duration atMost) throws InterruptedException {
        long nanos = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            wakeAt = enough;
            while (waiting.size() < enough && bytes < maxBytes / 2 && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            wakeAt = 1;
            lock.unlock();
        }
    }

    /// Moves the oldest messages into `batch`, at least one if there is any, within the bounds otherwise; waits
    /// for one until `wait` has passed or the queue is closed.
    void take(List<Envelope> batch, int most, long mostBytes, Duration wait) throws InterruptedException {
        long nanos = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            long taken = 0;
            while (!waiting.isEmpty() && batch.size() < most) {
                long size = size(waiting.peek());
                if (taken > 0 && taken + size > mostBytes) {
                    break;
                }
                batch.add(waiting.remove());
                taken += size;
            }
            bytes -= taken;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the time has passed or the queue is closed; messages do not end it.
    void pause(Duration wait) throws InterruptedException {
        long nanos = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closed && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes nothing more, forgets what waits, and wakes the one who takes.
    void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static long size(Envelope envelope) {
        return (long) envelope.payload().length + OVERHEAD;
    }
}
