package io.pinstream.agent.linux;

import com.pi4j.io.gpio.digital.PullResistance;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a GPIO line is requested for.
sealed interface LineSettings {
    /// A line that is read, and whose edges are heard, both ways.
    ///
    /// @param debounceMicros how long a level must last to count; the edge is stamped when it has. 0: every edge
    record Input(PullResistance pull, long debounceMicros) implements LineSettings {
        private static final long LONGEST = 0xffff_ffffL;

        public Input {
            if (debounceMicros < 0 || debounceMicros > LONGEST) {
                throw new IllegalArgumentException(
                        "debounce must be 0 to %d µs, but was %d µs".formatted(LONGEST, debounceMicros));
            }
        }

        private long flags() {
            return GpioAbi.FLAG_INPUT | GpioAbi.FLAG_EDGE_RISING | GpioAbi.FLAG_EDGE_FALLING | bias();
        }

        private long bias() {
            return switch (pull) {
                case OFF -> GpioAbi.FLAG_BIAS_DISABLED;
                case PULL_UP -> GpioAbi.FLAG_BIAS_PULL_UP;
                case PULL_DOWN -> GpioAbi.FLAG_BIAS_PULL_DOWN;
            };
        }
    }

    /// A line that is driven, at once at this level.
    record Output(boolean high) implements LineSettings {}

    /// Fills in a `gpio_v2_line_config` for the first line of a request.
    default void fill(MemorySegment config) {
        switch (this) {
            case Input input -> {
                config.set(ValueLayout.JAVA_LONG, 0, input.flags());
                if (input.debounceMicros > 0) {
                    var attribute = attribute(config, GpioAbi.ATTRIBUTE_DEBOUNCE);
                    attribute.set(ValueLayout.JAVA_INT, GpioAbi.ATTRIBUTE_VALUE, (int) input.debounceMicros);
                }
            }
            case Output output -> {
                config.set(ValueLayout.JAVA_LONG, 0, GpioAbi.FLAG_OUTPUT);
                var attribute = attribute(config, GpioAbi.ATTRIBUTE_OUTPUT_VALUES);
                attribute.set(ValueLayout.JAVA_LONG, GpioAbi.ATTRIBUTE_VALUE, output.high ? 1 : 0);
            }
        }
    }

    private static MemorySegment attribute(MemorySegment config, int id) {
        config.set(ValueLayout.JAVA_INT, GpioAbi.CONFIG_COUNT, 1);
        var attribute = config.asSlice(GpioAbi.CONFIG_ATTRIBUTES, GpioAbi.CONFIG_ATTRIBUTE);
        attribute.set(ValueLayout.JAVA_INT, 0, id);
        attribute.set(ValueLayout.JAVA_LONG, GpioAbi.CONFIG_ATTRIBUTE_MASK, 1);
        return attribute;
    }
}
