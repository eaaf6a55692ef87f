package io.pinstream.sim.device;

import io.pinstream.sim.signal.Disturbed;
import io.pinstream.sim.signal.Signal;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What one sensor's chip feels, by quantity, so that somebody can spoil it. Filled by the wiring, by one thread.
final class Signals {
    private final InstantSource world;
    private final SequencedMap<String, Disturbed> byQuantity = new LinkedHashMap<>();

    Signals(InstantSource world) {
        this.world = world;
    }

    /// The signal, as it can be disturbed from now on.
    Signal of(String quantity, Signal signal) {
        var disturbed = new Disturbed(signal, world);
        byQuantity.put(quantity, disturbed);
        return disturbed;
    }

    Map<String, Disturbed> byQuantity() {
        return Collections.unmodifiableSequencedMap(byQuantity);
    }
}
