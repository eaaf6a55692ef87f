package io.pinstream.sim;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The wish of a user or a service manager that the program ends: Ctrl-C, SIGTERM. The JVM then waits until this is
/// closed, for a bounded time, so that everything can come to the disk.
final class Shutdown implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch wished = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);

    Shutdown() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::wish, "shutdown"));
    }

    private void wish() {
        wished.countDown();
        try {
            boolean ignored = done.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for it.
    void await() throws InterruptedException {
        wished.await();
    }

    /// Waits for it, but not longer than this.
    ///
    /// @return whether it has come
    boolean await(Duration atMost) throws InterruptedException {
        return wished.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        done.countDown();
    }
}
