package io.pinstream.sim.fleet;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What all devices of a fleet have done, counted together. Safe for use by many threads.
final class Tallies {
    final AtomicInteger connected = new AtomicInteger();
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final LongAdder connections = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder stormed = new LongAdder();
    final LongAdder silences = new LongAdder();
    final LongAdder made = new LongAdder();
    final LongAdder sent = new LongAdder();
    final LongAdder resent = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder known = new LongAdder();
    final LongAdder unheard = new LongAdder();
    final LongAdder hubWentBack = new LongAdder();
    final Latencies latencies = new Latencies();
    volatile String lastFailure = "";
}
