package io.pinstream.sim.session;

import io.pinstream.event.SensorId;
import java.util.Map;

/// What came of the events that an agent has taken: each is looked for in Kafka, with its time and its values.
///
/// @param taken by the agent
/// @param committed of them, in Kafka
/// @param waiting still in the outbox
/// @param named dropped for want of room, and named in the stream
/// @param lost neither in Kafka nor in the outbox nor named
/// @param twice in Kafka more often than they were taken, or with other values
/// @param edgesShown moves that the lines have told the board, and `edgesCommitted` those in Kafka
record Verdict(
        long taken,
        long committed,
        long waiting,
        long named,
        long lost,
        long twice,
        long edgesShown,
        long edgesCommitted) {
    /// Compares what was taken with what was found.
    ///
    /// @param waiting events that are still in the outbox, `named` those that were dropped
    /// @param shown how many moves each line has told
    static Verdict of(Tally tally, Found found, long waiting, long named, Map<SensorId, Long> shown) {
        var taken = tally.taken();
        boolean allRemembered = tally.events() < Tally.MOST_REMEMBERED;
        long committed = 0;
        long missing = 0;
        for (var event : taken.entrySet()) {
            int there = found.events.getOrDefault(event.getKey(), 0);
            committed += Math.min(there, event.getValue());
            missing += Math.max(0, event.getValue() - there);
        }
        long twice = found.repeated;
        for (var event : found.events.entrySet()) {
            twice += allRemembered ? Math.max(0, event.getValue() - taken.getOrDefault(event.getKey(), 0)) : 0;
        }
        long edgesShown = shown.values().stream().mapToLong(Long::longValue).sum();
        long edgesCommitted = shown.keySet().stream()
                .mapToLong(sensor -> Math.max(0, found.bySensor.getOrDefault(sensor.toString(), 0L) - 1)) // the start
                .sum();
        return new Verdict(
                tally.events(),
                committed,
                waiting,
                named,
                Math.max(0, missing - waiting - named),
                twice,
                edgesShown,
                edgesCommitted);
    }

    boolean isClean() {
        return lost == 0 && twice == 0 && edgesCommitted >= edgesShown;
    }
}
