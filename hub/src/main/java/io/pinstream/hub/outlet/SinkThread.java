package io.pinstream.hub.outlet;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The thread `outlet-<name>-sink`: it makes one call at a time, and meanwhile the outlet's thread, which alone
/// uses this, can read on. What a call works on belongs to it until [#finish] returns.
final class SinkThread implements AutoCloseable {
    /// What it does.
    @FunctionalInterface
    interface Call {
        void run() throws InterruptedException;
    }

    private final ExecutorService thread;
    private Future<?> call = CompletableFuture.completedFuture(null);

    SinkThread(String outlet) {
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("outlet-" + outlet + "-sink").factory());
    }

    /// Begins a call; the one before must be finished.
    void start(Call next) {
        if (!call.isDone()) {
            throw new IllegalStateException("a call of the sink has not ended yet; this is a bug in the hub");
        }
        call = thread.submit(() -> {
            next.run();
            return null;
        });
    }

    /// Waits for the end of the call, but no longer than told.
    ///
    /// @return whether it has ended
    boolean await(Duration limit) throws InterruptedException {
        try {
            call.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException busy) {
            return false;
        } catch (ExecutionException failed) {
            return true; // finish says so
        }
    }

    /// Waits for the end of the call, if there is one; gives on what it threw. Interrupted, it interrupts the call,
    /// waits for its end all the same, and takes no other.
    void finish() throws InterruptedException {
        try {
            call.get();
        } catch (ExecutionException failed) {
            throw thrown(failed);
        } catch (InterruptedException stop) {
            close();
            throw stop;
        }
    }

    /// What a call of a sink threw: gives back that it was interrupted, throws everything else.
    static InterruptedException thrown(ExecutionException failed) {
        return switch (failed.getCause()) {
            case InterruptedException stop -> stop;
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            case null, default -> throw new IllegalStateException("a call threw " + failed.getCause(), failed);
        };
    }

    /// Ends it; a call that is under way is interrupted.
    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = Thread.interrupted();
        while (!thread.isTerminated()) {
            try {
                var _ = thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
