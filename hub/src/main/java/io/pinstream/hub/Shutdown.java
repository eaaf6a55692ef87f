package io.pinstream.hub;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Turns SIGTERM and Ctrl-C into an orderly end: the command's thread is interrupted, closes what it has opened,
/// and the process then ends with 0 instead of a signal's number.
final class Shutdown implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread command = Thread.currentThread();
    private final Thread hook = Thread.ofPlatform().name("shutdown").unstarted(this::end);

    Shutdown() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void end() {
        command.interrupt();
        try {
            if (done.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(0); // or the JVM exits with 143
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
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
