package io.pinstream.sim.rehearsal;

import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A clock that moves on when all who live by it wait: what they do is then the same each time, and takes no
/// longer than the processor needs for it.
///
/// The threads that it makes, and the one that has made it, take turns: one of them runs, until it waits by this
/// clock. Next is who waits for something that has come by then, the one that waits longest first; where nothing
/// has come, the clock goes to the next moment that somebody waits for. Code takes no time.
///
/// A thread that waits by anything else for another of these threads waits for ever: after a minute in which
/// nobody has passed the turn on, all who wait are told by an [IllegalStateException].
public final class SimulatedTime implements TimeSource {
    private static final long MINUTE = 60_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;

    private final Instant start;
    /// In the order in which they began to wait. Of the thread whose turn it is, as is all that follows.
    private final List<Turn> waiting = new ArrayList<>();

    private volatile Thread present = Thread.currentThread();
    private volatile long nanos;
    private final AtomicLong turns = new AtomicLong();

    /// @param start what time it is at the beginning
    public SimulatedTime(Instant start) {
        this.start = start;
    }

    private static final class Turn {
        private final Thread thread;
        private final BooleanSupplier isSo;
        private final boolean interruptible;
        private final long due;
        private volatile boolean has;

        Turn(Thread thread, BooleanSupplier isSo, boolean interruptible, long due) {
            this.thread = thread;
            this.isSo = isSo;
            this.interruptible = interruptible;
            this.due = due;
        }

        boolean isReady() {
            return isSo.getAsBoolean() || interruptible && thread.isInterrupted();
        }
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos);
    }

    @Override
    public Thread thread(String name, Runnable body) {
        return new Part(name, body);
    }

    /// A thread that takes turns with the others from its start on.
    private final class Part extends Thread {
        private final Runnable body;
        private @Nullable Turn first;
        private volatile boolean ended;

        Part(String name, Runnable body) {
            super(name);
            this.body = body;
            setDaemon(true);
        }

        @Override
        public void start() {
            var turn = new Turn(this, () -> true, false, NEVER);
            first = turn;
            waiting.add(turn);
            super.start();
        }

        @Override
        public void run() {
            var turn = first;
            if (turn == null) {
                throw bug(getName() + " was run and not started");
            }
            takeOver(turn);
            try {
                body.run();
            } finally {
                ended = true;
                passOn();
            }
        }
    }

    @Override
    public boolean join(Thread thread, Duration atMost) throws InterruptedException {
        if (!(thread instanceof Part part)) {
            throw bug(thread.getName() + " is no thread of this clock's");
        }
        return await(() -> part.ended, atMost.toNanos());
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        boolean ignored = await(() -> false, duration.toNanos());
    }

    @Override
    public void spin(Duration duration) {
        boolean ignored = waits(() -> false, false, duration.toNanos());
    }

    @Override
    public <T> @Nullable T poll(BlockingQueue<T> queue, long atMost) throws InterruptedException {
        boolean ignored = await(() -> !queue.isEmpty(), atMost);
        return queue.poll();
    }

    @Override
    public <T> boolean offer(BlockingQueue<T> queue, T item, long atMost) throws InterruptedException {
        boolean ignored = await(() -> queue.remainingCapacity() > 0, atMost);
        return queue.offer(item);
    }

    @Override
    public boolean await(CountDownLatch latch, long atMost) throws InterruptedException {
        return await(() -> latch.getCount() == 0, atMost);
    }

    @Override
    public boolean tryAcquire(Semaphore permits, long atMost) throws InterruptedException {
        boolean ignored = await(() -> permits.availablePermits() > 0, atMost);
        return permits.tryAcquire();
    }

    @Override
    public void lock(ReentrantLock lock) {
        boolean ignored = lock.isHeldByCurrentThread() || waits(() -> !lock.isLocked(), false, NEVER);
        lock.lock();
    }

    @Override
    public boolean tryLock(ReentrantLock lock, Duration atMost) throws InterruptedException {
        boolean ignored = lock.isHeldByCurrentThread() || await(() -> !lock.isLocked(), atMost.toNanos());
        return lock.tryLock();
    }

    @Override
    public void await(ReentrantLock lock, Condition news, BooleanSupplier isSo, long atMost)
            throws InterruptedException {
        lock.unlock();
        try {
            boolean ignored = await(isSo, atMost);
        } finally {
            lock.lock();
        }
    }

    private boolean await(BooleanSupplier isSo, long atMost) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        boolean came = waits(isSo, true, atMost);
        if (!came && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return came;
    }

    /// Gives the turn away until it is so, at most so long.
    private boolean waits(BooleanSupplier isSo, boolean interruptible, long atMost) {
        if (present != Thread.currentThread()) {
            throw bug(Thread.currentThread().getName() + " waits although it is the turn of " + present.getName());
        }
        if (atMost > 0 && !isSo.getAsBoolean()) {
            long due = atMost > NEVER - nanos ? NEVER : nanos + atMost;
            var turn = new Turn(Thread.currentThread(), isSo, interruptible, due);
            waiting.add(turn);
            passOn();
            takeOver(turn);
        }
        return isSo.getAsBoolean();
    }

    private void passOn() {
        @Nullable Turn next = null;
        for (var turn : waiting) {
            if (turn.isReady()) {
                next = turn;
                break;
            }
            if (next == null || turn.due < next.due) {
                next = turn;
            }
        }
        if (next == null) {
            return; // the last one has ended
        }
        if (!next.isReady()) {
            nanos = Math.max(nanos, next.due); // NEVER for all: nobody will do anything any more, which shows
        }
        waiting.remove(next);
        turns.incrementAndGet();
        present = next.thread;
        next.has = true;
        LockSupport.unpark(next.thread);
    }

    /// Waits for the turn; an interruption neither ends it nor is forgotten.
    private void takeOver(Turn turn) {
        long before = turns.get();
        while (!turn.has) {
            if (Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait(); // parking would return at once: its turn is near
                continue;
            }
            long begun = TimeSource.system().nanos();
            LockSupport.parkNanos(this, MINUTE);
            if (!turn.has && TimeSource.system().nanos() - begun >= MINUTE) {
                if (turns.get() == before) {
                    throw bug(present.getName() + " waits by another clock than the simulated one, or never ends");
                }
                before = turns.get();
            }
        }
    }

    private static IllegalStateException bug(String what) {
        return new IllegalStateException(what + "; this is a bug in the simulators");
    }
}
