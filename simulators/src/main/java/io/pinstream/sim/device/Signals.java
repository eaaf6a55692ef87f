package io.pinstream.sim.device;

import io.pinstream.sim.signal.Disturbed;
import io.pinstream.sim.signal.Signal;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/// What one sensor's chip feels, by quantity, so that somebody can spoil it. Filled by the wiring, by one thread.
final class Signals {
    private final InstantSource world;
    private final Function<String, Optional<Signal>> recorded;
    private final SequencedMap<String, Disturbed> byQuantity = new LinkedHashMap<>();

    /// @param recorded what the chip is to feel in place of what the wiring says, by quantity
    Signals(InstantSource world, Function<String, Optional<Signal>> recorded) {
        this.world = world;
        this.recorded = recorded;
    }

    /// What the chip is to feel because somebody has recorded it.
    Optional<Signal> recorded(String quantity) {
        return recorded.apply(quantity);
    }

    /// The signal, as it can be disturbed from now on.
    Signal of(String quantity, Signal signal) {
        var disturbed = new Disturbed(recorded(quantity).orElse(signal), world);
        byQuantity.put(quantity, disturbed);
        return disturbed;
    }

    Map<String, Disturbed> byQuantity() {
        return Collections.unmodifiableSequencedMap(byQuantity);
    }
}
