package io.pinstream.sim.fleet;

import java.util.concurrent.atomic.AtomicLongArray;

/// How long things took, in memory that does not grow: counted in classes that are 6 % wide at most. Safe for use
/// by many threads.
final class Latencies {
    private static final int BITS = 5;
    private static final int PARTS = 1 << BITS;

    private final AtomicLongArray counts = new AtomicLongArray(Long.SIZE * PARTS);

    void add(long nanos) {
        counts.incrementAndGet(classOf(Math.max(nanos / 1_000, 0)));
    }

    private static int classOf(long micros) {
        int magnitude = Long.SIZE - Long.numberOfLeadingZeros(micros | PARTS - 1) - BITS;
        return magnitude * PARTS + (int) (micros >>> magnitude);
    }

    /// The figure that this share of them did not exceed, in milliseconds, rounded up by 6 % at most; 0 if there
    /// is none.
    double millis(double share) {
        long all = 0;
        for (int i = 0; i < counts.length(); i++) {
            all += counts.get(i);
        }
        long rest = (long) Math.ceil(all * share);
        for (int i = 0; i < counts.length() && all > 0; i++) {
            rest -= counts.get(i);
            if (rest <= 0) {
                int magnitude = i / PARTS;
                return ((i % PARTS + 1L << magnitude) - 1) / 1e3;
            }
        }
        return 0;
    }
}
