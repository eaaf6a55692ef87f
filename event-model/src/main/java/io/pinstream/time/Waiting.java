package io.pinstream.time;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How threads begin, wait and end: as the JDK's classes do, unless a simulated clock says otherwise, which then
/// knows of every thread that it has to wait for.
///
/// Code that is given a clock waits on it and never by `Thread.sleep` and its like. Safe for use by many threads.
public interface Waiting {
    /// A thread that is not started yet and will wait by this clock.
    default Thread thread(String name, Runnable body) {
        return new Thread(body, name);
    }

    /// Waits for the end of a thread of [#thread].
    ///
    /// @return whether it has ended
    default boolean join(Thread thread, Duration atMost) throws InterruptedException {
        return thread.join(atMost);
    }

    /// As [Thread#sleep(Duration)].
    default void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
    }

    /// Waits by keeping the processor busy: for a few microseconds, which a sleep is too coarse for.
    default void spin(Duration duration) {
        var clock = TimeSource.system();
        long begun = clock.nanos();
        while (clock.nanos() - begun < duration.toNanos()) {
            Thread.onSpinWait();
        }
    }

    /// As [BlockingQueue#poll(long, TimeUnit)].
    default <T> @Nullable T poll(BlockingQueue<T> queue, long nanos) throws InterruptedException {
        return queue.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /// As [BlockingQueue#offer(Object, long, TimeUnit)].
    default <T> boolean offer(BlockingQueue<T> queue, T item, long nanos) throws InterruptedException {
        return queue.offer(item, nanos, TimeUnit.NANOSECONDS);
    }

    /// As [CountDownLatch#await(long, TimeUnit)].
    default boolean await(CountDownLatch latch, long nanos) throws InterruptedException {
        return latch.await(nanos, TimeUnit.NANOSECONDS);
    }

    /// As [Semaphore#tryAcquire(long, TimeUnit)].
    default boolean tryAcquire(Semaphore permits, long nanos) throws InterruptedException {
        return permits.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    }

    /// As [ReentrantLock#lock].
    default void lock(ReentrantLock lock) {
        lock.lock();
    }

    /// As [ReentrantLock#tryLock(long, TimeUnit)].
    default boolean tryLock(ReentrantLock lock, Duration atMost) throws InterruptedException {
        return lock.tryLock(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Waits until something is so, at most so long: for a thread that holds the lock, which others have
    /// meanwhile.
    ///
    /// @param news of that lock; signalled whenever it may be so
    default void await(ReentrantLock lock, Condition news, BooleanSupplier isSo, long nanos)
            throws InterruptedException {
        long left = nanos;
        while (left > 0 && !isSo.getAsBoolean()) {
            left = news.awaitNanos(left);
        }
    }
}
