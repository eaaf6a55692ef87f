package io.pinstream.hub.lane;

import io.pinstream.wire.Envelope;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The lanes that this hub owns, each with its thread.
///
/// Owned and disowned by one thread (the one that hears from the consumer group), offered to by any.
public final class Lanes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private record Running(Lane lane, Thread thread) {}

    private final IntFunction<Lane> newLane;
    private final AtomicReferenceArray<@Nullable Running> running = new AtomicReferenceArray<>(Topics.BUCKETS);

    /// @param newLane makes the lane of a number
    public Lanes(IntFunction<Lane> newLane) {
        this.newLane = newLane;
    }

    /// Starts a lane, unless it runs.
    public void own(int number) {
        var before = running.get(number);
        if (before != null && before.thread.isAlive()) {
            return;
        }
        var lane = newLane.apply(number);
        var thread = Thread.ofPlatform().name("lane-" + number).unstarted(lane);
        running.set(number, new Running(lane, thread));
        thread.start();
    }

    /// Ends lanes: each finishes its transaction, and is interrupted if that takes too long.
    public void disown(Iterable<Integer> numbers) {
        var ending = new ArrayList<Running>();
        for (int number : numbers) {
            var gone = running.getAndSet(number, null);
            if (gone != null) {
                gone.lane.stop();
                ending.add(gone);
            }
        }
        join(ending);
    }

    /// Offers a message to its lane without waiting.
    ///
    /// @return whether the lane took it: it is owned and has room
    public boolean offer(int number, Envelope envelope) {
        var owned = running.get(number);
        return owned != null && owned.lane.offer(envelope);
    }

    /// How many lanes run.
    public int count() {
        int count = 0;
        for (int i = 0; i < running.length(); i++) {
            var one = running.get(i);
            count += one != null && one.thread.isAlive() ? 1 : 0;
        }
        return count;
    }

    @Override
    public void close() {
        var all = new ArrayList<Integer>();
        for (int i = 0; i < running.length(); i++) {
            all.add(i);
        }
        disown(all);
    }

    private static void join(List<Running> ending) {
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
