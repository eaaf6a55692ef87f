package io.pinstream.sim.cloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// What is to go wrong with the next calls: on command, or by chance from a seed. For many threads.
final class Orders {
    /// One fault, for one call.
    sealed interface Fault {
        /// Nothing is taken; the call is answered so.
        ///
        /// @param retryAfter seconds; 0 for no such header
        record Refuse(int status, int retryAfter) implements Fault {}

        /// All is taken, and the connection ends without an answer.
        record Unheard() implements Fault {}

        /// Nothing is taken, and the connection ends without an answer.
        record Cut() implements Fault {}

        /// Every other entry of the call is refused with this code (EventBridge only; else as 503).
        record Entries(String code) implements Fault {}
    }

    private static final List<Fault> BY_CHANCE = List.of(
            new Fault.Refuse(503, 0),
            new Fault.Refuse(429, 0),
            new Fault.Unheard(),
            new Fault.Cut(),
            new Fault.Entries("ThrottlingException"),
            new Fault.Entries("InternalFailure"));
    private static final int MOST = 10_000;

    private final Deque<Fault> next = new ArrayDeque<>();
    private Random random = new Random(0);
    private int byChance;

    synchronized void add(Fault fault, int times) {
        if (times < 1 || next.size() + times > MOST) {
            throw new IllegalArgumentException(
                    "times must be 1 to %d in all, but was %d".formatted(MOST - next.size(), times));
        }
        for (int i = 0; i < times; i++) {
            next.add(fault);
        }
    }

    /// So many faults, each with one call in three.
    synchronized void atRandom(long seed, int faults) {
        random = new Random(seed);
        byChance = faults;
    }

    /// How many faults by chance are still to come.
    synchronized int left() {
        return byChance;
    }

    /// What is to go wrong with this call.
    synchronized Optional<Fault> next() {
        if (!next.isEmpty()) {
            return Optional.of(next.remove());
        }
        if (byChance > 0 && random.nextInt(3) == 0) {
            byChance--;
            return Optional.of(BY_CHANCE.get(random.nextInt(BY_CHANCE.size())));
        }
        return Optional.empty();
    }
}
