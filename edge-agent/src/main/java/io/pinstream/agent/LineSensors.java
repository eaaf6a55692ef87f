package io.pinstream.agent;

import static io.pinstream.agent.SensorType.number;

import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/// The types on GPIO lines.
final class LineSensors {
    static final List<SensorType> TYPES = List.of(
            SensorType.speaking("contact", LineSensors::contact),
            SensorType.slow("pulse-counter", LineSensors::pulseCounter));

    private LineSensors() {}

    private static Optional<ContactConfig> contact(ConfigTree tree) {
        return tree.build(() -> new ContactConfig(
                number(tree, "line"),
                tree.choice("pull", Pull.class, Pull.UP),
                tree.flag("active-low", true),
                tree.duration("debounce", ContactConfig.DEBOUNCE)));
    }

    private static Optional<PulseCounterConfig> pulseCounter(ConfigTree tree) {
        var scale = ScaleReader.scale(tree);
        return tree.build(() -> new PulseCounterConfig(
                number(tree, "line"),
                tree.choice("pull", Pull.class, Pull.UP),
                tree.duration("debounce", PulseCounterConfig.DEBOUNCE),
                scale));
    }
}
