package io.pinstream.agent;

import static io.pinstream.agent.SensorType.number;

import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.ButtonConfig;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.HcSr04Config;
import io.pinstream.agent.driver.PirConfig;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.agent.driver.RotaryEncoderConfig;
import io.pinstream.config.ConfigTree;
import java.util.List;
import java.util.Optional;

/// The types on GPIO lines.
final class LineSensors {
    static final List<SensorType> TYPES = List.of(
            SensorType.speaking("contact", LineSensors::contact),
            SensorType.speaking("pir", LineSensors::pir),
            SensorType.speaking("button", LineSensors::button),
            SensorType.speaking("rotary-encoder", LineSensors::rotaryEncoder),
            SensorType.of("hc-sr04", LineSensors::hcSr04),
            SensorType.slow("pulse-counter", LineSensors::pulseCounter));

    private LineSensors() {}

    private static Optional<ContactConfig> contact(ConfigTree tree) {
        return tree.build(() -> new ContactConfig(
                number(tree, "line"),
                tree.choice("pull", Pull.class, Pull.UP),
                tree.flag("active-low", true),
                tree.duration("debounce", ContactConfig.DEBOUNCE)));
    }

    private static Optional<PirConfig> pir(ConfigTree tree) {
        return tree.build(() -> new PirConfig(
                number(tree, "line"),
                tree.choice("pull", Pull.class, Pull.DOWN),
                tree.flag("active-low", false),
                tree.duration("debounce", PirConfig.DEBOUNCE),
                tree.duration("hold", PirConfig.HOLD)));
    }

    private static Optional<ButtonConfig> button(ConfigTree tree) {
        return tree.build(() -> new ButtonConfig(
                number(tree, "line"),
                tree.choice("pull", Pull.class, Pull.UP),
                tree.flag("active-low", true),
                tree.duration("debounce", ButtonConfig.DEBOUNCE),
                tree.duration("long-press", ButtonConfig.LONG_PRESS)));
    }

    private static Optional<RotaryEncoderConfig> rotaryEncoder(ConfigTree tree) {
        return tree.build(() -> new RotaryEncoderConfig(
                number(tree, "line-a"),
                number(tree, "line-b"),
                tree.choice("pull", Pull.class, Pull.UP),
                tree.duration("debounce", RotaryEncoderConfig.DEBOUNCE),
                number(tree, "edges", RotaryEncoderConfig.EDGES)));
    }

    private static Optional<HcSr04Config> hcSr04(ConfigTree tree) {
        return tree.build(() -> new HcSr04Config(
                number(tree, "trigger"),
                number(tree, "echo"),
                tree.decimal("air-temperature", HcSr04Config.CELSIUS, -1e6, 1e6)));
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
