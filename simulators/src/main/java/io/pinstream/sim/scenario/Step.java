package io.pinstream.sim.scenario;

import java.time.Duration;
import java.util.Comparator;

/// Something that happens at a time.
///
/// @param at how long after the start, by the world's time
/// @param words as a person says it
public record Step(Duration at, String words, Action action) {
    static final Comparator<Step> BY_TIME = Comparator.comparing(Step::at);
}
