package io.pinstream.hub.lane;

import io.pinstream.wire.Envelope;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The lanes that this hub owns, each with its thread.
///
/// A lane that was fenced off ends, and mostly another hub owns it now. But as long as nobody disowns it here, it
/// is ours: a transaction that timed out looks just like a fence. So a new lane of that number is begun after a
/// pause, which is long enough for two hubs that disagree for a moment not to fence each other in a circle.
///
/// Owned and disowned by one thread (the one that hears from the consumer group), offered to by any.
public final class Lanes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration AFTER_FENCE = Duration.ofSeconds(5);

    private final IntFunction<Lane> newLane;
    private final Duration afterFence;
    private final AtomicReferenceArray<@Nullable Owned> owned = new AtomicReferenceArray<>(Topics.BUCKETS);

    /// @param newLane makes the lane of a number
    public Lanes(IntFunction<Lane> newLane) {
        this(newLane, AFTER_FENCE);
    }

    Lanes(IntFunction<Lane> newLane, Duration afterFence) {
        this.newLane = newLane;
        this.afterFence = afterFence;
    }

    /// One number that is ours, and the lane that runs under it. The loop of the thread `lane-<n>`.
    private final class Owned implements Runnable {
        private final int number;
        private final Thread thread;
        private final CountDownLatch disowned = new CountDownLatch(1);
        private volatile Lane lane;

        Owned(int number) {
            this.number = number;
            this.lane = newLane.apply(number);
            this.thread = Thread.ofPlatform().name("lane-" + number).unstarted(this);
        }

        @Override
        public void run() {
            try {
                lane.run();
                while (!disowned.await(afterFence.toMillis(), TimeUnit.MILLISECONDS)) {
                    lane = newLane.apply(number);
                    if (disowned.getCount() > 0) { // else nobody told this lane to stop
                        lane.run();
                    }
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt(); // how the hub ends a lane that hangs in Kafka
            }
        }

        void stop() {
            disowned.countDown();
            lane.stop();
        }
    }

    /// Starts a lane, unless it runs.
    public void own(int number) {
        var before = owned.get(number);
        if (before != null && before.thread.isAlive()) {
            return;
        }
        var fresh = new Owned(number);
        owned.set(number, fresh);
        fresh.thread.start();
    }

    /// Ends lanes: each finishes its transaction, and is interrupted if that takes too long.
    public void disown(Iterable<Integer> numbers) {
        var ending = new ArrayList<Owned>();
        for (int number : numbers) {
            var gone = owned.getAndSet(number, null);
            if (gone != null) {
                gone.stop();
                ending.add(gone);
            }
        }
        join(ending);
    }

    /// Offers a message to its lane without waiting.
    ///
    /// @return whether the lane took it: it is owned and has room
    public boolean offer(int number, Envelope envelope) {
        var one = owned.get(number);
        return one != null && one.lane.offer(envelope);
    }

    /// How many lanes are owned, whether or not they are open.
    public int count() {
        int count = 0;
        for (int i = 0; i < owned.length(); i++) {
            count += owned.get(i) == null ? 0 : 1;
        }
        return count;
    }

    @Override
    public void close() {
        var all = new ArrayList<Integer>();
        for (int i = 0; i < owned.length(); i++) {
            all.add(i);
        }
        disown(all);
    }

    private static void join(List<Owned> ending) {
        try {
            boolean patient = true;
            for (var one : ending) {
                patient = patient && one.thread.join(PATIENCE);
                if (!patient) {
                    one.thread.interrupt();
                }
            }
            for (var one : ending) {
                one.thread.join(Duration.ofSeconds(1));
            }
        } catch (InterruptedException stop) {
            ending.forEach(one -> one.thread.interrupt());
            Thread.currentThread().interrupt();
        }
    }
}
