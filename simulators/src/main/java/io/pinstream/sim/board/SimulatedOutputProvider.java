package io.pinstream.sim.board;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputBase;
import com.pi4j.io.gpio.digital.DigitalOutputConfig;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalOutputProviderBase;
import com.pi4j.io.gpio.digital.DigitalState;
import io.pinstream.sim.chip.SimulatedLine;
import java.util.function.IntFunction;

/// Pi4J's digital outputs on simulated lines: what the board drives can be seen from outside.
final class SimulatedOutputProvider extends DigitalOutputProviderBase {
    private final IntFunction<SimulatedLine> lines;

    SimulatedOutputProvider(IntFunction<SimulatedLine> lines) {
        super("simulated-digital-output", "Simulated digital output");
        this.lines = lines;
    }

    @Override
    public DigitalOutput create(DigitalOutputConfig config) {
        var output = new Output(this, config, lines.apply(config.bcm()));
        context().registry().add(output);
        return output;
    }

    private static final class Output extends DigitalOutputBase {
        private final SimulatedLine line;

        Output(DigitalOutputProvider provider, DigitalOutputConfig config, SimulatedLine line) {
            super(provider, config);
            this.line = line;
        }

        @Override
        public DigitalOutput state(DigitalState newState) {
            line.set(newState.isHigh());
            return super.state(newState);
        }
    }
}
