package io.pinstream.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns SIGTERM and Ctrl-C into an orderly end: the command closes what it has opened, and the process then ends
/// with 0 instead of a signal's number. The first resource that a command opens, so that it is closed last.
public final class Shutdown implements AutoCloseable {
    /// Then the process ends whatever hangs: service managers kill it not much later.
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final CountDownLatch wished = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Runnable whenWished;
    private final Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::end);

    private Shutdown(Runnable whenWished) {
        this.whenWished = whenWished;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// For a command that waits for [#await].
    public static Shutdown awaited() {
        return new Shutdown(() -> {});
    }

    /// For a command that waits for something else: its thread, which is this one, is interrupted.
    public static Shutdown interrupting() {
        return new Shutdown(Thread.currentThread()::interrupt);
    }

    /// For a command that waits for several things: it is told, on another thread, and must return at once.
    public static Shutdown telling(Runnable whom) {
        return new Shutdown(whom);
    }

    private void end() {
        wished.countDown();
        whenWished.run();
        try {
            if (done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(0); // or the JVM exits with 143
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits until somebody wishes the end.
    public void await() throws InterruptedException {
        wished.await();
    }

    /// The same, but not longer than this.
    ///
    /// @return whether somebody does
    public boolean await(Duration atMost) throws InterruptedException {
        return wished.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Says that everything is closed.
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyRunning) {
            // then it is the hook that ends the process
        }
    }
}
