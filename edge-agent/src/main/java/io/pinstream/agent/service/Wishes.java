package io.pinstream.agent.service;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// What the service manager wishes: that the service ends, or reads its configuration again. Wishes of the same
/// kind that come before the first is heard are one. For any thread.
public final class Wishes {
    /// What is wished.
    enum Wish {
        NOTHING,
        RELOAD,
        END
    }

    private final AtomicBoolean end = new AtomicBoolean();
    private final AtomicBoolean reload = new AtomicBoolean();
    private final Semaphore news = new Semaphore(0);

    public void end() {
        end.set(true);
        news.release();
    }

    public void reload() {
        reload.set(true);
        news.release();
    }

    /// Waits for a wish, at most that long. The end comes before everything else.
    Wish next(Duration atMost) throws InterruptedException {
        if (news.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
        if (end.get()) {
            return Wish.END;
        }
        return reload.getAndSet(false) ? Wish.RELOAD : Wish.NOTHING;
    }
}
