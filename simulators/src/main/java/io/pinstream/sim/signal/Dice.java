package io.pinstream.sim.signal;

/// Random figures that are a function of seed and index, so that they can be thrown in any order.
final class Dice {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final double TO_UNIT = 0x1.0p-53;

    private Dice() {}

    /// From 0, inclusive, to 1, exclusive.
    static double uniform(long seed, long index) {
        return (mix(mix(seed) + index * GOLDEN) >>> 11) * TO_UNIT;
    }

    /// Normal distribution, mean 0, deviation 1 (Box and Muller).
    static double normal(long seed, long index) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, 2 * index)));
        return radius * Math.cos(2 * Math.PI * uniform(seed, 2 * index + 1));
    }

    /// The finisher of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
    private static long mix(long bits) {
        long z = bits + GOLDEN;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
